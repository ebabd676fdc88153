/* A C program's life with the library, in strict C11, called by strict_test.cc. */
#ifndef OTTLA_BINDINGS_TESTS_C_STRICT_H
#define OTTLA_BINDINGS_TESTS_C_STRICT_H

#ifdef __cplusplus
extern "C" {
#endif

/* NULL, or what was not as it should be. */
const char* live_in_c(void);

#ifdef __cplusplus
}
#endif

#endif
