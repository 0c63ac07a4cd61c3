-- Extends the leases that this consumer still has, each given as id and fence.
local lane, owner, lease = ARGV[3], ARGV[4], tonumber(ARGV[5])
for i = 6, #ARGV, 2 do
  if holds(ARGV[i], owner, ARGV[i + 1]) then
    redis.call('ZADD', key('lease', lane), 'XX', now + lease, ARGV[i])
  end
end
