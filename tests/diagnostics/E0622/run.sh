cd ../../clang/rejected && "$CNNC" audit E0622_throw.cpp || echo "exit status $?"
