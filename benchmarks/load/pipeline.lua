-- SPDX-License-Identifier: MIT
-- Has wrk send so many requests at a time as the first argument says.
function init(args)
  local one, all = wrk.format(), {}
  for i = 1, tonumber(args[1]) do all[i] = one end
  requests = table.concat(all)
end

function request()
  return requests
end
