// audit: 6:3 E0626
// audit: 7:3 E0626
// audit: 9:3 E0626
// audit: 11:14 E0626
int halve(int n, const int (&numbers)[2]) {
  while (n > 3) n /= 2;
  do n += 1;
  while (n < 2);
  for (int x : numbers) n += x;
again:
  if (n < 9) goto again;
  return n;
}
