cd ../../clang/rejected && "$CNNC" audit E0625_callback_of_the_runtime.cpp || echo "exit status $?"
