cd ../../clang/rejected && "$CNNC" audit E0629_step.cpp || echo "exit status $?"
