-- Puts back, as if they had not been tried, the jobs of a lane whose owners' names begin like this, but for those that
-- are named. Answers how many.
local lane, process, returned, kept_ids = ARGV[3], ARGV[4], 0, {}
for i = 5, #ARGV do kept_ids[ARGV[i]] = true end
for _, id in ipairs(redis.call('ZRANGE', key('lease', lane), 0, -1)) do
  local owner = get(id, 'owner') or ''
  if string.sub(owner, 1, #process) == process and not kept_ids[id] then
    redis.call('ZREM', key('lease', lane), id)
    redis.call('HINCRBY', job(id), 'attempts', -1)
    give_back(id, lane)
    returned = returned + 1
  end
end
wake()
return returned
