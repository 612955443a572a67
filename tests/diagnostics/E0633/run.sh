cd ../../clang/rejected && "$CNNC" audit E0633_foreign.cpp || echo "exit status $?"
