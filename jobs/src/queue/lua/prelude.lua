-- Shared by all scripts: the sorted sets of a lane, and the moves between them.
-- A job is always in exactly one of the sets ready, scheduled, lease and dead of its lane.

local ns, now = ARGV[1], tonumber(ARGV[2])

-- For how long (in ms) a push does not revive a dead job with the same key. Upkeep jobs are revived at once, because
-- they find new work each time.
local hold = 3600000
-- How many dead jobs each lane keeps for administrators.
local kept = 10000

local woken = {}

local function key(...)
  return table.concat({ns, ...}, ':')
end

local function job(id)
  return key('job', id)
end

local function get(id, ...)
  return unpack(redis.call('HMGET', job(id), ...))
end

-- The set that a job is in, and its lane; nothing, if the job is in no set.
local function whereabouts(id)
  local lane = get(id, 'lane')
  if not lane then return end
  for _, place in ipairs({'lease', 'ready', 'scheduled', 'dead'}) do
    if redis.call('ZSCORE', key(place, lane), id) then return place, lane end
  end
end

-- Whether a consumer still has the lease with this fence. Every lease has another fence, so that a late or repeated
-- acknowledgement is not taken for one of the next lease.
local function holds(id, owner, fence)
  local consumer, current = get(id, 'owner', 'fence')
  return consumer == owner and current == fence
end

-- The score of a ready job: by priority, then first in first out. Both fit into the 53 bits of a score.
local function rank(priority, seq)
  return (tonumber(priority) or 2) * 2 ^ 50 + seq
end

-- Puts a job into scheduled if it is due later, else into ready. A job keeps its place in ready until it is scheduled.
local function enter(id, lane, due)
  if due > now then
    redis.call('HDEL', job(id), 'seq')
    redis.call('ZADD', key('scheduled', lane), due, id)
  else
    local priority, seq = get(id, 'priority', 'seq')
    if not seq then
      seq = redis.call('INCR', key('seq'))
      redis.call('HSET', job(id), 'seq', seq)
    end
    redis.call('ZADD', key('ready', lane), rank(priority, seq), id)
  end
  woken[lane] = true
end

-- Publishes the lanes that have got waiting jobs.
local function wake()
  for lane in pairs(woken) do
    redis.call('PUBLISH', key('wake'), lane)
  end
end

-- Lets the next attempt serve a push that came during this attempt.
local function serve_again(id)
  local priority, again = get(id, 'priority', 'again')
  if again then
    redis.call('HSET', job(id), 'priority', math.min(tonumber(priority) or 2, tonumber(again)))
    redis.call('HDEL', job(id), 'again', 'due')
  end
end

-- Makes a job wait as if it had been pushed now.
local function start_over(id, lane)
  local again, due = get(id, 'again', 'due')
  redis.call('HSET', job(id), 'attempts', 0)
  if again then redis.call('HSET', job(id), 'priority', again) end
  redis.call('HDEL', job(id), 'again', 'due', 'seq', 'owner', 'since', 'died', 'postponed')
  enter(id, lane, tonumber(due) or 0)
end

-- Puts a job back in its old place in ready.
local function give_back(id, lane)
  serve_again(id)
  redis.call('HDEL', job(id), 'owner', 'since')
  enter(id, lane, 0)
end

-- Removes a job that is in no set any more, and frees its key.
local function forget(id)
  local name = get(id, 'key')
  if name and redis.call('GET', key('key', name)) == id then redis.call('DEL', key('key', name)) end
  redis.call('DEL', job(id))
end

-- Makes a job dead. If it was pushed while it ran, it starts over instead, but once an hour at most: a job that always
-- fails and is pushed all the time would otherwise run for ever.
local function bury(id, lane, reason)
  local again, spared = get(id, 'again', 'spared')
  redis.call('HSET', job(id), 'reason', reason)
  if again and now - (tonumber(spared) or -hold) >= hold then
    redis.call('HSET', job(id), 'spared', now)
    start_over(id, lane)
    return
  end
  redis.call('HSET', job(id), 'died', now)
  redis.call('HDEL', job(id), 'owner', 'since', 'again', 'due')
  local dead = key('dead', lane)
  redis.call('ZADD', dead, redis.call('INCR', key('seq')), id)
  for _, oldest in ipairs(redis.call('ZRANGE', dead, 0, -kept - 1)) do
    redis.call('ZREM', dead, oldest)
    forget(oldest)
  end
end
