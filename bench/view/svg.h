#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leat::bench {

struct Point {
  double x = 0, y = 0;
};

enum class Anchor : std::uint8_t { kStart, kMiddle, kEnd };

// A picture in one file: no script, no font, no style from elsewhere. Pixels from the top left.
class Svg {
 public:
  void line(Point from, Point to, std::string_view colour, double width = 1);
  void path(const std::vector<Point>& points, std::string_view colour);
  // `hint` shows when the pointer rests on it.
  void dot(Point at, std::string_view colour, std::string_view hint);
  void box(Point corner, double width, double height, std::string_view colour);
  void text(Point at, std::string_view words, Anchor anchor = Anchor::kStart, int size = 12,
            std::string_view colour = "#333");

  std::string finish(double width, double height, std::string_view title) const;

 private:
  std::string body_;
};

// Where a value lies between two pixels.
class Scale {
 public:
  static Scale linear(double low, double high, double from, double to);
  // `low` is above zero.
  static Scale log(double low, double high, double from, double to);

  double at(double value) const;
  // Round values from low to high: about five, or the powers of ten (of a narrow range: with 2 and
  // 5).
  std::vector<double> ticks() const;

 private:
  Scale(double low, double high, double from, double to, bool is_log)
      : low_(low), high_(high), from_(from), to_(to), log_(is_log) {}

  double low_, high_, from_, to_;
  bool log_;
};

}  // namespace leat::bench
