cd ../../clang/rejected && "$CNNC" audit E0626_while.cpp || echo "exit status $?"
