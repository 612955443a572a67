cd ../../clang/rejected && "$CNNC" audit E0637_length.cpp || echo "exit status $?"
