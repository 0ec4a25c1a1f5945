// The one translation unit that holds Asio's separately compiled parts.
#include <asio/impl/src.hpp>
