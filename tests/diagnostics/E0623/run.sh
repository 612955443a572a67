cd ../../clang/rejected && "$CNNC" audit E0623_counter.cpp || echo "exit status $?"
