// A Kafka cluster inside a C++ program, until somebody presses Enter.
//
//   c++ -std=c++17 cluster.cpp $(pkg-config --cflags --libs ottla) -o cluster
#include <iostream>
#include <ottla/ottla.hpp>

int main() try {
  const ottla::Cluster cluster({{"num.partitions", "3"}});
  std::cout << "ottla " << ottla::version() << ": clients connect to " << cluster.bootstrap_servers() << std::endl;
  std::cin.get();
} catch (const ottla::Error& error) {
  std::cerr << error.name() << ": " << error.message() << '\n';
  return 1;
}
