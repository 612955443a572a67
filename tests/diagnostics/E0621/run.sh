cd ../../clang/rejected && "$CNNC" audit E0621_malloc.cpp || echo "exit status $?"
