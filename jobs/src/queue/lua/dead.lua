-- Retries or discards jobs that were given up on; answers which of those named there were.
local found = {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local lane = get(id, 'lane')
  if lane and redis.call('ZREM', key('dead', lane), id) == 1 then
    if ARGV[3] == 'retry' then
      redis.call('HDEL', job(id), 'spared')
      start_over(id, lane)
    else
      forget(id)
    end
    table.insert(found, id)
  end
end
wake()
return found
