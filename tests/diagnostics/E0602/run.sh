unset CI
"$CNNC" golden f.net --text "$SCRATCH/f.hpp" --update
sed "s/f32.3./f32[4]/" "$SCRATCH/f.hpp" >"$SCRATCH/edited.hpp"
"$CNNC" golden f.net --text "$SCRATCH/edited.hpp"
