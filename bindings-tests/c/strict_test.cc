#include <gtest/gtest.h>

#include "bindings-tests/c/strict.h"

namespace {

TEST(StrictC, lives_with_the_library) { EXPECT_EQ(live_in_c(), nullptr) << live_in_c(); }

}  // namespace
