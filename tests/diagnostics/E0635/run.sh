cd ../../clang/rejected && "$CNNC" audit E0635_run_time.cpp || echo "exit status $?"
