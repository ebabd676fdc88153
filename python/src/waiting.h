// Calls that take their time. The interpreter is free for other threads meanwhile, and Ctrl-C ends the wait.
//
// The library's calls cannot be cut short, so they run on a thread of their own: what a signal's handler raises ends the
// wait, and the call goes on by itself. What it needs it therefore shares, and whoever lets go of it last cleans up.
#pragma once

#include <functional>

namespace ottla::python {

// Comes back when `call` has, and throws what it threw; before that only with what a signal's handler raised. With the
// interpreter's lock held, which `call` must not need.
void wait_for(std::function<void()> call);

// How many calls go on that nobody waits for any more. The process should not end before they do.
int unattended();

// In a child that was forked: the calls under way are its parent's.
void forget_unattended();

}  // namespace ottla::python
