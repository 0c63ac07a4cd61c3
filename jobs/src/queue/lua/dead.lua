-- Retries or discards dead jobs; answers the ids of those that were dead.
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
