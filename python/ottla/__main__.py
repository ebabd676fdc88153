from ottla.program import main

main()
