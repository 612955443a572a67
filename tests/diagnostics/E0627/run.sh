cd ../../clang/rejected && "$CNNC" audit E0627_end.cpp || echo "exit status $?"
