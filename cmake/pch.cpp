// Carries the precompiled headers; see pch.hpp.
