cd ../../clang/rejected && "$CNNC" audit E0624_in_the_runtime.cpp || echo "exit status $?"
