// A program that has a KJ of its own in it, linked statically, and a cluster beside it.
#include <kj/async-unix.h>

#include <iostream>
#include <ottla/ottla.hpp>

int main() {
  kj::UnixEventPort port;
  kj::EventLoop loop(port);
  kj::WaitScope scope(loop);
  const ottla::Cluster cluster;
  bool rang = false;
  auto alarm = port.getTimer().afterDelay(5 * kj::MILLISECONDS).then([&] { rang = true; });
  alarm.wait(scope);
  std::cout << (rang ? "both" : "one") << std::endl;
}
