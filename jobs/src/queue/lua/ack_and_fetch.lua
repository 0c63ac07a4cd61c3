-- Acknowledges ended attempts, each given as id, fence, outcome, reason and delay, and fetches up to `room` jobs of a
-- lane. Answers in how many ms the next job is due or the next lease ends (-1: there is neither), then id, arguments,
-- attempt, fence and number of postponements of each fetched job.
local lane, owner, lease = ARGV[3], ARGV[4], tonumber(ARGV[5])
local max, room = tonumber(ARGV[6]), tonumber(ARGV[7])
local ready, scheduled, leased = key('ready', lane), key('scheduled', lane), key('lease', lane)

local function finish(id, fence, outcome, reason, delay)
  local attempts, again = get(id, 'attempts', 'again')
  if not holds(id, owner, fence) then return end
  redis.call('ZREM', leased, id)
  if outcome == 'done' and again then
    redis.call('HDEL', job(id), 'reason', 'spared')
    start_over(id, lane)
  elseif outcome == 'done' then
    forget(id)
  elseif outcome == 'postpone' then
    serve_again(id)
    redis.call('HINCRBY', job(id), 'attempts', -1)
    redis.call('HINCRBY', job(id), 'postponed', 1)
    redis.call('HSET', job(id), 'reason', reason)
    redis.call('HDEL', job(id), 'owner', 'since')
    enter(id, lane, now + delay)
  elseif outcome == 'abort' or tonumber(attempts) >= max then
    bury(id, lane, reason)
  else
    serve_again(id)
    redis.call('HSET', job(id), 'reason', reason)
    redis.call('HDEL', job(id), 'owner', 'since', 'seq', 'postponed')
    enter(id, lane, now + delay)
  end
end

-- Moves scheduled jobs that are due and jobs whose lease has ended to ready.
local function revive()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', scheduled, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', scheduled, id)
    enter(id, lane, 0)
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', leased, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', leased, id)
    if (tonumber(get(id, 'attempts')) or max) >= max then
      bury(id, lane, 'its worker was lost each time it ran')
    else
      give_back(id, lane)
    end
  end
end

local taken = {}

local function take(id)
  local args, postponed = get(id, 'args', 'postponed')
  -- The hash is gone, and only the id in ready is left.
  if not args then return forget(id) end
  redis.call('ZADD', leased, now + lease, id)
  redis.call('HSET', job(id), 'owner', owner, 'since', now, 'lane', lane)
  local attempt, fence = redis.call('HINCRBY', job(id), 'attempts', 1), redis.call('HINCRBY', job(id), 'fence', 1)
  for _, value in ipairs({id, args, tostring(attempt), tostring(fence), postponed or '0'}) do
    table.insert(taken, value)
  end
  room = room - 1
end

for i = 8, #ARGV, 5 do
  finish(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], tonumber(ARGV[i + 4]))
end
if room > 0 then revive() end
while room > 0 do
  local next = redis.call('ZPOPMIN', ready, room)
  if #next == 0 then break end
  for i = 1, #next, 2 do take(next[i]) end
end

local wait = -1
for _, set in ipairs({scheduled, leased}) do
  local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2]
  if first then
    local ms = math.max(tonumber(first) - now, 0)
    if wait < 0 or ms < wait then wait = ms end
  end
end
if redis.call('ZCARD', ready) == 0 then woken[lane] = nil end
wake()
return {string.format('%.0f', wait), unpack(taken)}
