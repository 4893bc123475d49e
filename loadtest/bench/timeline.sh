#!/usr/bin/env bash
# Where a sale's time goes: the stages of a flight (ecard_block_stage_seconds) under 1, 16, 64 and 200 sales at a time, as a
# table and as a picture (SVG). With the table of an earlier run both are drawn, one bar under the other. Needs wrk, psql, curl.
#   SECONDS_PER_ROUND=10 CONNECTIONS="1 16 64 200" PICTURE=timeline.svg TABLE=timeline.tsv ./timeline.sh [EARLIER.tsv]
earlier=${1:-}
. "$(dirname "$0")/lib.sh"
seconds=${SECONDS_PER_ROUND:-10} all_connections=${CONNECTIONS:-1 16 64 200}
picture=$(realpath -m "${PICTURE:-timeline.svg}") table=$(realpath -m "${TABLE:-timeline.tsv}")
needs wrk psql curl java
start_house
start_gateway
use_campaigns spread
for warm_up in $(seq "${WARM_UPS:-4}"); do echo "warm-up $warm_up: $(wrk_sales 8 64)"; done

# stage, sum of seconds, number of flights; and "requests" with requests and blocks
stages() {
  curl -sf "http://127.0.0.1:$management/metrics" | awk '
    /^ecard_block_stage_seconds_(sum|count)[{]/ {match($0, /stage="[a-z]*"/); stage = substr($0, RSTART + 7, RLENGTH - 8)
      if ($1 ~ /_sum/) sum[stage] = $NF; else count[stage] = $NF}
    /^ecard_block_requests_sum/ {sum["requests"] = $NF} /^ecard_block_requests_count/ {count["requests"] = $NF}
    END {for (one in sum) print one, sum[one], count[one]}'
}

: > "$table"
for connections in $all_connections; do
  drain_feed; quiet; prepare_sales
  stages > "$work/before"
  read -r _ requests took status _ p50 p99 <<< "$(send_sales "$seconds" "$connections")"
  stages > "$work/after"
  awk -v c="$connections" -v rate="$(awk -v n="$requests" -v s="$status" -v t="$took" 'BEGIN {printf "%.0f", (n - s) / t}')" '
    NR == FNR {sum[$1] = $2; count[$1] = $3; next}
    {n = $3 - count[$1]; mean[$1] = n > 0 ? ($2 - sum[$1]) / n : 0}
    END {printf "%s\t%s\t%.1f", c, rate, mean["requests"]
      split("wait learn ask fetch recall decide seal write commit answer", order, " ")
      for (i = 1; i <= 10; i++) printf "\t%.0f", mean[order[i]] * 1e6
      print ""}' "$work/before" "$work/after" >> "$table"
done

names='at a time,sales/s,a block,wait,learn,ask,fetch,recall,decide,seal,write,commit,answer'
{ tr ',' '\t' <<< "$names"; cat "$table"; } | column -t -s $'\t'

awk -F '\t' -v earlier="$earlier" '
  function bar(f, y, label,   i, x, w, text) {
    printf "<text x=\"88\" y=\"%d\" text-anchor=\"end\" class=\"small\">%s</text>\n", y + 15, label
    x = 96
    for (i = 4; i <= 13; i++) {
      w = f[i] * scale
      printf "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"20\" fill=\"%s\"><title>%s %d µs</title></rect>\n", x, y, w, colour[i], name[i], f[i]
      if (w > 30) printf "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" class=\"in\">%d</text>\n", x + w / 2, y + 14, f[i]
      x += w
    }
    printf "<text x=\"%.1f\" y=\"%d\" class=\"small\">%s sales/s, %s a block</text>\n", x + 6, y + 15, f[2], f[3]
  }
  BEGIN {
    split("- - - wait learn ask fetch recall decide seal write commit answer", name, " ")
    split("- - - #b8bec7 #e377c2 #7fb3d5 #1f77b4 #17becf #2ca02c #9ccc65 #f2b134 #d9622b #9467bd", colour, " ")
  }
  {rows++; whose[rows] = FILENAME == earlier ? "before" : "now"; for (i = 1; i <= 13; i++) cell[rows, i] = $i
    total = 0; for (i = 4; i <= 13; i++) total += $i; if (total > longest) longest = total
    if (whose[rows] == "now") {now[++n] = rows} else before[$1] = rows}
  END {
    scale = 640 / longest; step = earlier == "" ? 44 : 72
    height = 70 + n * step
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 940 %d\" font-family=\"sans-serif\" font-size=\"13\">\n", height
    print "<style>.small{font-size:12px;fill:#333}.in{font-size:11px;fill:#000}</style>"
    printf "<rect width=\"940\" height=\"%d\" fill=\"#fff\"/>\n", height
    print "<text x=\"16\" y=\"22\" font-weight=\"bold\">Where the time of a block goes, µs on average</text>"
    x = 16
    for (i = 4; i <= 13; i++) {
      printf "<rect x=\"%d\" y=\"34\" width=\"12\" height=\"12\" fill=\"%s\"/><text x=\"%d\" y=\"45\" class=\"small\">%s</text>\n", x, colour[i], x + 16, name[i]
      x += 84
    }
    for (k = 1; k <= n; k++) {
      y = 62 + (k - 1) * step
      if (cell[now[k], 1] in before) {
        for (i = 1; i <= 13; i++) f[i] = cell[before[cell[now[k], 1]], i]
        bar(f, y, f[1] " before"); y += 24
      }
      for (i = 1; i <= 13; i++) f[i] = cell[now[k], i]
      bar(f, y, f[1] (earlier == "" ? " at a time" : " now"))
    }
    print "</svg>"
  }' ${earlier:+"$earlier"} "$table" > "$picture"
echo "table: $table; picture: $picture"
audit
