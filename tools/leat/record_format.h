#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/record.h"
#include "common/base/status.h"

namespace leat::cli {

// How `leat consume --format` prints a record: text with %-fields and \-escapes, a superset of what
// rpk understands plus kcat's %s and %S.
//
//   %v %s   value          %V %S   its length (-1: null)
//   %k      key            %K      its length (-1: null)
//   %t      topic          %p      partition        %o   offset      %e  leader epoch
//   %d      timestamp      %h      headers          %H   how many headers
//   %x      producer id    %y      producer epoch   %%   a percent sign
//
//   text   {hex} {base64}                          %v{hex}
//   number {hex} {hex8}…{hex64} {big8}…{big64} {little8}…{little64}        %o{big64}
//   time   {strftime[%F %T]} {iso}                 milliseconds without a modifier; UTC
//   headers {FORMAT} with %k and %v, once per header; without it k=v,k=v
//   escapes \n \t \r \0 \\ \xHH, and %{ %} for braces inside a header format
class RecordFormat {
 public:
  // The error names the place and what is allowed there.
  static StatusOr<RecordFormat> parse(std::string_view format);

  // Appends `record` to `out`. Thread-safe.
  void append(std::string& out, const RecordView& record) const;

 private:
  friend class FormatParser;
  using Printer = std::function<void(std::string&, const RecordView&)>;
  std::vector<Printer> printers_;
};

}  // namespace leat::cli
