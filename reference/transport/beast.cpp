// Beast, compiled here once for all programs: http_parser.cpp sees declarations only
// (BOOST_BEAST_SEPARATE_COMPILATION in cmake/assay.cmake).
#include <boost/beast/src.hpp>
