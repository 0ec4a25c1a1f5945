#include "tools/leat/table.h"

#include "tests/support/catch.h"

using namespace leat::cli;

TEST_CASE("a table lines its columns up and leaves no blanks at line ends", "[unit]") {
  Table table({"NAME", ">SIZE", "NOTE"});
  table.row({"a", "7", "x"});
  table.row({"löng", "1,204", ""});
  CHECK(table.text() ==
        "NAME   SIZE  NOTE\n"
        "a         7  x\n"
        "löng  1,204\n");
}

TEST_CASE("numbers for people have commas and binary units", "[unit]") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1204511) == "1,204,511");
  CHECK(with_commas(-1000) == "-1,000");
  CHECK(human_bytes(1023) == "1023 B");
  CHECK(human_bytes(1024) == "1.0 KiB");
  CHECK(human_bytes(37539021) == "35.8 MiB");
  CHECK(human_bytes(1048575) == "1.0 MiB");
  CHECK(counted(1, "record") == "1 record");
  CHECK(counted(2000, "record") == "2,000 records");
}
