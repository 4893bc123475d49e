-- wrk script: sends sales that were prepared beforehand. args: the folder with tokens.txt (one bearer token
-- per line) and sales-<n>.txt (token number TAB idempotency key TAB body), each line to be sent once; the n of the first thread.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  heads = {}
  for token in io.lines(args[1] .. "/tokens.txt") do
    heads[#heads + 1] = "POST /v1/transactions HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port
      .. "\r\nContent-Type: application/json\r\nAuthorization: Bearer " .. token .. "\r\nIdempotency-Key: "
  end
  sales = assert(io.open(args[1] .. "/sales-" .. (number + (args[2] or 0)) .. ".txt"))
  sales:setvbuf("full", 1048576)
end

function request()
  local line = sales:read("*l")
  if not line then
    error("sales-" .. number .. ".txt is used up: prepare more")
  end
  local token, key, body = line:match("^(%d+)\t([^\t]+)\t(.+)$")
  last = heads[tonumber(token) + 1] .. key .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  return last
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %.3f %d %d %.2f %.2f\n", summary.requests, summary.duration / 1e6, e.status,
    e.connect + e.read + e.write + e.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
