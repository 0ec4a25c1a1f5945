#pragma once

#include <string>

// What an option's value is checked with; the parser puts the option's name in front of the answer.
namespace leat::cli {

// A whole number from 1 on.
std::string at_least_one(const std::string& text);
// A whole number from 0 on.
std::string not_negative(const std::string& text);
std::string not_empty(const std::string& text);

}  // namespace leat::cli
