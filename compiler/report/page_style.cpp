#include "compiler/report/page_style.hpp"

namespace cnnc {

std::string_view page_style() {
  return R"(:root{color-scheme:light dark;--accent:#3572d6}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink)}
body{font:15px/1.55 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,section,footer{max-width:1360px;margin:0 auto;padding:0 24px}
header{padding-top:36px}
h1{font-size:34px;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:22px;margin:44px 0 8px;padding-top:14px;border-top:1px solid var(--rule)}
h3{font-size:16px;margin:22px 0 8px}
p{margin:8px 0;max-width:80ch}
.doc{color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:16px 0 0}
a{color:var(--accent)}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:22px 0 0}
.figures div{background:var(--plane);border:1px solid var(--rule);border-radius:8px;padding:10px 14px}
.figures dt{color:var(--soft);font-size:13px}
.figures dd{margin:0;font-size:19px;font-weight:650;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow:auto;max-height:82vh;border:1px solid var(--rule);border-radius:8px;margin:10px 0}
.drawn{display:inline-block;min-width:100%;text-align:center;vertical-align:top}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(400px,1fr));gap:18px}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:top}
thead th{position:sticky;top:0;background:var(--plane);z-index:1}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover{background:var(--plane)}
td{font-family:ui-monospace,"SFMono-Regular",Menlo,"DejaVu Sans Mono",Consolas,monospace;font-size:12px}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.wide{color:var(--soft)}
td.wide:last-child{white-space:normal;min-width:250px}
td.share{min-width:90px;padding-left:0}
td.share span{display:block;height:10px;margin-top:4px;border-radius:2px;background:var(--accent)}
.kinds{display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:8px 0;list-style:none;font-size:13px;color:var(--soft)}
.kinds span{display:inline-block;width:11px;height:11px;border-radius:2px;background:var(--c);margin-right:6px}
footer{color:var(--soft);font-size:13px;padding:36px 24px 48px}
@media(max-width:760px){.figures{grid-template-columns:repeat(2,1fr)}}
@media(prefers-color-scheme:dark){:root{--accent:#6ea0ef}}
@media print{.scroll{max-height:none;overflow:visible}nav{display:none}}
)";
}

}  // namespace cnnc
