-- Prolongs the leases that this worker still holds, each given as id and attempt.
local lane, owner, lease = ARGV[3], ARGV[4], tonumber(ARGV[5])
for i = 6, #ARGV, 2 do
  local holder, attempts = get(ARGV[i], 'owner', 'attempts')
  if holder == owner and attempts == ARGV[i + 1] then
    redis.call('ZADD', key('lease', lane), 'XX', now + lease, ARGV[i])
  end
end
