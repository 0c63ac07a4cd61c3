-- Puts back the jobs of a lane whose owners' names begin with `process`, without counting an attempt. Leases that are
-- named (id and fence) are kept. Answers how many jobs were put back.
local lane, process, returned, known = ARGV[3], ARGV[4], 0, {}
for i = 5, #ARGV, 2 do known[ARGV[i] .. ':' .. ARGV[i + 1]] = true end
for _, id in ipairs(redis.call('ZRANGE', key('lease', lane), 0, -1)) do
  local owner, fence = get(id, 'owner', 'fence')
  if string.sub(owner or '', 1, #process) == process and not known[id .. ':' .. (fence or '')] then
    redis.call('ZREM', key('lease', lane), id)
    redis.call('HINCRBY', job(id), 'attempts', -1)
    give_back(id, lane)
    returned = returned + 1
  end
end
wake()
return returned
