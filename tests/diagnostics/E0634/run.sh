cd ../../clang/rejected && "$CNNC" audit E0634_standard.cpp || echo "exit status $?"
