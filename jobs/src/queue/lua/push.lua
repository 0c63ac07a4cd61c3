-- Adds jobs, each given as id, arguments, key, time, priority and lane; answers how many are new.
local added = 0

-- Adds a job whose key no other job has.
local function add(id, args, name, due, priority, lane)
  redis.call('SET', key('key', name), id)
  redis.call('HSET', job(id), 'args', args, 'key', name, 'attempts', 0, 'priority', priority, 'lane', lane)
  enter(id, lane, due)
  added = added + 1
end

-- Merges a job into the one that has its key.
local function merge(id, place, lane, args, due, priority)
  local before, again, at, died = get(id, 'priority', 'again', 'due', 'died')
  if place == 'lease' then
    -- The run may have read data from before the cause of this push.
    redis.call('HSET', job(id), 'again', math.min(tonumber(again) or priority, priority))
    redis.call('HSET', job(id), 'due', math.min(tonumber(at) or due, due), 'args', args)
  elseif place == 'dead' then
    if lane ~= 'upkeep' and now - (tonumber(died) or 0) < hold then return end
    redis.call('ZREM', key('dead', lane), id)
    redis.call('HDEL', job(id), 'spared', 'reason')
    redis.call('HSET', job(id), 'args', args, 'priority', priority, 'due', due)
    start_over(id, lane)
    added = added + 1
  elseif priority < (tonumber(before) or 2) then
    redis.call('HSET', job(id), 'priority', priority)
    if place == 'ready' then
      redis.call('ZADD', key('ready', lane), rank(priority, get(id, 'seq') or 0), id)
    end
  end
end

for i = 3, #ARGV, 6 do
  local id, args, name = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local due, priority, lane = tonumber(ARGV[i + 3]), tonumber(ARGV[i + 4]), ARGV[i + 5]
  local other = redis.call('GET', key('key', name))
  local place, where
  if other then place, where = whereabouts(other) end
  if place then
    merge(other, place, where, args, due, priority)
  else
    if other then redis.call('DEL', job(other)) end
    add(id, args, name, due, priority, lane)
  end
end
wake()
return added
