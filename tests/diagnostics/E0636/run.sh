cd ../../clang/rejected && "$CNNC" audit E0636_type.cpp || echo "exit status $?"
