-- What all scripts begin with: the places of a job, and the ways between them.
-- A job is always in exactly one of ready, scheduled, lease and dead of its lane.

local ns, now = ARGV[1], tonumber(ARGV[2])

-- For how long (in ms) the same work is not queued again after it was given up on. Upkeep is: what it finds is new.
local hold = 3600000
-- How many that were given up on are kept for people to look at, in each lane.
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

-- Where a job is, and in which lane; nothing for one that is nowhere.
local function whereabouts(id)
  local lane = get(id, 'lane')
  if not lane then return end
  for _, place in ipairs({'lease', 'ready', 'scheduled', 'dead'}) do
    if redis.call('ZSCORE', key(place, lane), id) then return place, lane end
  end
end

-- Whether a worker still has the lease that it was given with this fence. Every lease has another, so that nothing said
-- of one, or said twice, is taken for something said of the next.
local function holds(id, owner, fence)
  local holder, current = get(id, 'owner', 'fence')
  return holder == owner and current == fence
end

-- The order in which jobs are taken: by priority, then first in first out. Both fit into the 53 bits of a score.
local function rank(priority, seq)
  return (tonumber(priority) or 2) * 2 ^ 50 + seq
end

-- Makes a job wait: for its time, or in its place in the line, which it keeps until it waits for a time.
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

-- Tells the workers of the lanes in which something waits now.
local function wake()
  for lane in pairs(woken) do
    redis.call('PUBLISH', key('wake'), lane)
  end
end

-- Lets the next attempt serve the push that came during this one.
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

-- Puts a job back in its old place in the line.
local function give_back(id, lane)
  serve_again(id)
  redis.call('HDEL', job(id), 'owner', 'since')
  enter(id, lane, 0)
end

-- Removes a job that is in no place any more, and frees its key.
local function forget(id)
  local name = get(id, 'key')
  if name and redis.call('GET', key('key', name)) == id then redis.call('DEL', key('key', name)) end
  redis.call('DEL', job(id))
end

-- Gives up on a job. A push that came while it ran gives it one more life, but not one after the other: what fails each
-- time would run for ever if it were asked for all the time.
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
