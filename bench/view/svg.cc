#include "bench/view/svg.h"

#include <fmt/format.h>

#include <cmath>

namespace leat::bench {
namespace {

std::string escaped(std::string_view words) {
  std::string out;
  for (const char c : words) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      // XML has no place for control characters.
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
  }
  return out;
}

std::string_view name_of(Anchor anchor) {
  if (anchor == Anchor::kStart) return "start";
  return anchor == Anchor::kMiddle ? "middle" : "end";
}

std::vector<double> log_ticks(double low, double high) {
  // A factor below 100 may have a single power of ten.
  const bool narrow = high / low < 100;
  std::vector<double> out;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit > 1 && !narrow) break;
      const double tick = power * digit;
      if (tick >= low * 0.999 && tick <= high * 1.001) out.push_back(tick);
    }
  }
  return out;
}

std::vector<double> linear_ticks(double low, double high) {
  const double rough = (high - low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double digit : {5.0, 2.0, 1.0}) {
    if (digit * power >= rough) step = digit * power;
  }
  std::vector<double> out;
  for (double i = std::ceil(low / step); i * step <= high * 1.0001; ++i) out.push_back(i * step);
  return out;
}

}  // namespace

void Svg::line(Point from, Point to, std::string_view colour, double width) {
  body_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
      "stroke-width=\"{}\"/>\n",
      from.x, from.y, to.x, to.y, colour, width);
}

void Svg::path(const std::vector<Point>& points, std::string_view colour) {
  std::string where;
  for (const auto& [x, y] : points) {
    where += fmt::format("{}{:.1f},{:.1f}", where.empty() ? "" : " ", x, y);
  }
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
                       where, colour);
}

void Svg::dot(Point at, std::string_view colour, std::string_view hint) {
  body_ += fmt::format(
      "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"><title>{}</title></circle>\n",
      at.x, at.y, colour, escaped(hint));
}

void Svg::box(Point corner, double width, double height, std::string_view colour) {
  body_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
      corner.x, corner.y, width, height, colour);
}

void Svg::text(Point at, std::string_view words, Anchor anchor, int size, std::string_view colour) {
  body_ += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\" fill=\"{}\">{}</text>\n",
      at.x, at.y, name_of(anchor), size, colour, escaped(words));
}

std::string Svg::finish(double width, double height, std::string_view title) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" role=\"img\">\n"
      "<title>{2}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{3}</svg>\n",
      width, height, escaped(title), body_);
}

Scale Scale::linear(double low, double high, double from, double to) {
  return {low, high > low ? high : low + 1, from, to, false};
}

Scale Scale::log(double low, double high, double from, double to) {
  return {low, high > low ? high : low * 10, from, to, true};
}

double Scale::at(double value) const {
  const double share =
      log_ ? (std::log10(value) - std::log10(low_)) / (std::log10(high_) - std::log10(low_))
           : (value - low_) / (high_ - low_);
  return from_ + share * (to_ - from_);
}

std::vector<double> Scale::ticks() const {
  return log_ ? log_ticks(low_, high_) : linear_ticks(low_, high_);
}

}  // namespace leat::bench
