// The style sheet of drawings. Kinds k0… are told apart by hue, steps f0… go from light to dark.
#include "compiler/report/svg.hpp"

namespace cnnc {

std::string_view drawing_style() {
  return R"(:root{--paper:#ffffff;--ink:#1c2128;--soft:#5d6977;--rule:#d4dae2;--plane:#f3f5f8}
@media(prefers-color-scheme:dark){:root{--paper:#15181d;--ink:#e4e8ee;--soft:#9aa5b4;--rule:#363d48;--plane:#1d2229}}
.drawing{font-family:ui-monospace,"SFMono-Regular",Menlo,"DejaVu Sans Mono",Consolas,monospace;font-size:11px}
.drawing text{fill:var(--ink)}
.drawing .small,.drawing .tick,.drawing .tick-x{fill:var(--soft)}
.drawing .name{font-weight:700;font-size:12px}
.drawing .tick{text-anchor:end}
.drawing .tick-x{text-anchor:middle}
.drawing .bound{fill:var(--alarm)}
.drawing{--alarm:#c2334d}
.drawing .paper{fill:var(--paper)}
.drawing .plane{fill:var(--plane);stroke:var(--soft);stroke-width:1.5}
.drawing .grid{stroke:var(--rule);stroke-width:1}
.drawing .axis{stroke:var(--soft);stroke-width:1}
.drawing .edge{fill:none;stroke:var(--soft);stroke-width:1.2}
.drawing .arrow{fill:var(--soft)}
.drawing .box{fill:var(--c);fill-opacity:.1;stroke:var(--c);stroke-opacity:.6}
.drawing .band{fill:var(--c)}
.drawing .port{--c:#7a8594}
.drawing .buffer{fill:var(--c);fill-opacity:.4;stroke:var(--c)}
.drawing g:hover>.buffer,.drawing g:hover>.box{fill-opacity:.75}
.drawing .live{fill:none;stroke:var(--ink);stroke-width:1.5}
.drawing .least{stroke:var(--alarm);stroke-width:1.2;stroke-dasharray:5 4}
.drawing .field{fill:var(--c);fill-opacity:.12;stroke:var(--c);stroke-width:1.8}
.drawing .beyond{stroke-dasharray:5 3}
.drawing .bar{fill:var(--c);fill-opacity:.75}
.drawing .middle{fill:var(--alarm)}
.k0{--c:#3572d6}.k1{--c:#2f9e6e}.k2{--c:#d08a1d}.k3{--c:#c4527e}.k4{--c:#7d62c9}.k5{--c:#2b99ad}
.k6{--c:#a9653a}.k7{--c:#7c8f2a}.k8{--c:#b04bb5}.k9{--c:#5f7f9e}.k10{--c:#d1603f}.k11{--c:#4a9a3f}
.f0{--c:#e0a526}.f1{--c:#dd8a3a}.f2{--c:#d66f50}.f3{--c:#cc5868}.f4{--c:#bd467f}.f5{--c:#a93c93}
.f6{--c:#913aa4}.f7{--c:#7741b0}.f8{--c:#5d4bb8}.f9{--c:#4557bb}.f10{--c:#3064b8}.f11{--c:#2371ae}
)";
}

}  // namespace cnnc
