// audit: 2:38 E0620
float twice(float x) { return 2.0f * y; }
