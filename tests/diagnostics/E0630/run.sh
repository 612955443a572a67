cd ../../clang/rejected && "$CNNC" audit E0630_numbers.cpp || echo "exit status $?"
