### What visitors of links read. Every language has this file, with the same messages; README.md beside it says how to
### add one.

language-name = English

# Which way the language is written: ltr or rtl.
direction = ltr

## Numbers and times

# Between the whole part of a number and the rest.
decimal-separator = .

# $number (String) - Such as 4.2.
# $unit (String) - Such as MB.
size = { $number } { $unit }

bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}

# $size (String) - A number and its unit, such as 4.2 MB, or how many bytes.
# $kind (String) - The type of a file, such as JPEG.
file-detail = { $kind }, { $size }

# The type of a file of which nothing is known.
type-file = File

# The type of a plain text.
type-text = Text

date = { NUMBER($day) } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { NUMBER($year) }

# $date (String) - Such as 1 May 2024.
# $time (String) - Such as 18:00.
date-time = { $date }, { $time }

# The heading above the pictures of a day; days of the week count from 1, which is Monday.
# $date (String) - Such as 1 May 2024.
weekday-date = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}, { $date }

# The heading above pictures of which nobody knows when they were taken.
without-date = Without a date

# $date (String) - A date and a time.
# $zone (String) - The name of a time zone, such as Europe/Berlin.
available-until = Available until { $date } ({ $zone })

## The page of a link

# $name (Element) - Who shared it.
shared-by = Shared by { $name }

# $name (String) - Who shared it.
shared-by-plain = Shared by { $name }

# $items (String) - How many items.
# $name (String) - Who shared them.
items-shared-by = { $items }, shared by { $name }

shared-with-vitrine = Shared with Vitrine
about-this-site = About this site
imprint = Imprint
contact = Contact
language = Language

items = { $count ->
    [one] 1 item
   *[other] { $count } items
}
items-many = more than 10,000 items

downloads-left = { $count ->
    [0] No downloads left
    [one] 1 download left
   *[other] { $count } downloads left
}

# What is said where no download is left.
used-up = All downloads that this link allows have been used. You can still look at everything. If you need the files, ask whoever sent you the link.

preview-is-made = The preview is being made. This page shows it as soon as it is ready.
video-is-made = The video is being prepared. This page plays it as soon as it is ready.
no-preview = No preview
show-all = Show all
previous = Previous
next = Next
pictures-of-collection = Pictures of this collection

place-of = { NUMBER($place) } of { NUMBER($count) }

# What is told of a file, and its kind.
fact-kind = Kind
fact-type = File type
fact-dimensions = Dimensions
fact-duration = Duration
fact-byte-size = Size of the original
kind-image = Image
kind-video = Video
kind-audio = Audio
kind-document = Document

# $dimensions (String) - Such as 1280 × 720.
pixels = { $dimensions } pixels

## The gallery

# What is read out for a picture.
# $name (String) - Its title, and what it shows.
# $place (String) - Its place, such as 3 of 12.
tile = { $name }, { $place }

# $title (String) - The title of a picture.
select-tile = Select { $title }

read-all = Read all
show-less = Show less
search = Search
order = Order
show = Show
order-position = As arranged
order-name = Name
order-newest = Newest first
order-oldest = Oldest first
order-captured = Date taken

found = { $count ->
    [one] 1 item found.
   *[other] { $count } items found.
}
found-many = More than 10,000 items found.
found-nothing = Nothing here has these words in its title or description.
nothing-on-page = There is nothing on this page.
show-first-page = Show the first one
nothing-here = There is nothing here at the moment.

pages = Pages
first-page = First
previous-page = Previous page
next-page = Next page
last-page = Last
page = Page { NUMBER($page) }
page-of = Page { NUMBER($page) } of { NUMBER($last) }

## Downloads

download = Download
download-these = { $count ->
    [one] Download this item
   *[other] Download these { $count } items
}
download-all = Download all
download-items = { $count ->
    [one] Download 1 item
   *[other] Download all { $count } items
}
download-selected = Download selected
download-zip = Download all as zip
files-to-download = Files to download
about-the-download = About the download

files = { $count ->
    [one] 1 file
   *[other] { $count } files
}

# $name (String) - Which files.
# $detail (String) - How many, and their size.
files-choice = { $name } ({ $detail })

everything = Everything
originals = Originals
original = Original
thumbnail = Thumbnail
preview = Preview
full-screen-picture = Full screen
poster = Poster
audio = Audio

# $size (String) - The height of its picture, such as 480p.
video = Video { $size }

# $name (String) - A version of a picture or a video.
# $size (String) - Such as 1280 × 720.
in-size = { $name } ({ $size })

note-waiting = { $count ->
    [one] 1 file is still being prepared.
   *[other] { $count } files are still being prepared.
}
note-unchecked = { $count ->
    [one] 1 file is still being checked, and not in the zip.
   *[other] { $count } files are still being checked, and not in the zip.
}
note-unavailable = { $count ->
    [one] 1 file is not available at the moment.
   *[other] { $count } files are not available at the moment.
}
note-failed = { $count ->
    [one] 1 file could not be made.
   *[other] { $count } files could not be made.
}
note-limited = The zip counts as one download.

## The password

password-needed = Password needed
password-explained = This link is protected. Whoever sent it to you knows the password.
password = Password
open = Open
open-in-tab = Open in a new tab
password-wrong = That is not the password. Try again.
password-blocked = Your browser keeps nothing for this page inside another site. Open the link in a new tab.
password-too-many = Too many wrong passwords were tried here. Try again in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}. A device from which the right one has come before need not wait for the attempts of others.

## Searching for a person

person-find = Find a person
person-find-text = Send a photo of a person, and see what shows them here.
person-consent = I may use this photo, and agree that it is compared with the faces in these pictures.
person-photo = Photo
person-photo-hint = Up to 20 MB. Best is a large, sharp face, seen from the front.
person-photo-use = The photo is used for this search only: it is not stored, and nobody sees it. What is left is an encrypted description of the face in the address of the page that you get. It works for half an hour and for this link only.
# $name (String) - The name of the workspace.
person-questions = Do you have questions? Ask { $name }.
person-looking = Looking for faces …
person-start = Search
person-choose = Whom do you look for?
person-choose-text = There are several faces in the photo. Choose up to five.
person-more-faces = The photo has even more; these are seen best.
person-any = Show what shows any of them
person-together = Show what shows all of them together
person-show = Show

# $number (String) - Counts the faces in a photo.
person-face = Face { $number }

person-photo-missing = Choose a photo.
person-consent-missing = Tick the box, too. Nothing was looked at.
person-photo-too-large = The photo has more than 20 MB. Send a smaller one.
person-photo-unreadable = The file cannot be read as a picture: it is damaged, too large, or of another kind. Send a JPEG, PNG or HEIC.
person-busy = Many photos are being looked at right now. Send yours again in a moment.
person-nobody = No face was found. Send a photo in which it is seen from the front, in good light.
person-too-small = The face is too small. Send a photo in which it is larger.
person-too-blurred = The face is too blurred. Send a sharper photo.
person-found = { $count ->
    [one] 1 item shows this person.
   *[other] { $count } items show this person.
}
person-found-none = Nothing here surely shows this person.
person-unsearched = { $count ->
    [one] 1 item has not been looked at yet: search again later.
   *[other] { $count } items have not been looked at yet: search again later.
}
person-none-chosen = You have chosen no face, so that everything is shown.
person-first-chosen = Only the first five faces are searched for.
person-maybe = { $count ->
    [one] 1 more may show them
   *[other] { $count } more may show them
}
person-sure-only = Show only what is sure
person-another = Another photo

## Refusals and errors

back-to-files = Back to the files

error-fault = Something went wrong
    .text = The fault is on our side. Try again later.
error-not-found = Nothing here
    .text = This link does not exist, or it is no longer open. Ask whoever sent it to you.
error-sign-in = Sign in first
    .text = This page is for members of the workspace.
error-refused = Not allowed
error-locked = Locked
    .text = Open the link in a browser and type its password first.
error-nothing-to-archive = Nothing to download
    .text = None of the files that you chose is there. Go back, and choose at least one.
error-not-signed = This address has ended
    .text = The address of a file is valid for an hour at most. Open the page that shows it again, or ask the API for a new one.
error-bots = Not for bots
    .text = The downloads of this link are counted. Open it in a browser.
error-ahead = Not loaded ahead
    .text = The downloads of this link are counted. The download begins when you ask for it.
error-no-person-search = No search for a person
    .text = This link has no search for a person, or not any more. Its pictures are still there.
error-search-ended = The search has ended
    .text = What was found can be seen for half an hour. Send the photo again.
error-slow = Too slow
    .text = What you sent did not arrive in time, and was not read. Send it again.
error-form = Not readable
    .text = What you sent is not what this page's form sends. Open the page and try again.
error-too-many = Too many attempts
    .text = Try again in { $seconds ->
        [one] 1 second
       *[other] { $seconds } seconds
    }.
error-unavailable = Not available
    .text = This is not available for the moment. Try again in a few seconds.

send-again = Open the page in a tab of its own, at its usual address, and send it again.
# $again (String) - The message send-again.
# $site (String) - The address of a site.
error-origin = Sent from elsewhere
    .unknown = Your browser does not say which page this form comes from (it sends “Origin: null”), as in some frames and private windows. { $again }
    .site = This form was sent by a page of { $site }, which is another address than this server knows as its own. { $again } If that is where people are to reach the server, its operator sets VITRINE_PUBLIC_URL to it.
    .other-site = This form was sent by a page of another site. { $again }

## What scripts say

# $count (String) - How many items have come.
changed-new = New: { $count }.

# $count (String) - How many items have gone.
changed-gone = No longer here: { $count }.
changed-order = The order has changed.
downloads-changed = What can be downloaded here has changed.
downloads-withdrawn = Downloads are no longer offered here. You can still look at everything.

photos-save = Save to Photos

# $place (String) - Which file is loaded.
# $count (String) - How many there are.
photos-stop = Stop loading ({ $place } of { $count })

# $count (String) - How many files are loaded.
photos-ready = Save to Photos now ({ $count })

# $most (String) - How many files the photo library takes.
photos-too-many = Photos takes { $most } at a time. Select fewer.
photos-too-large = These are too large for a phone to load at once. Select fewer.

# $taken (String) - How many files the photo library takes.
# $count (String) - How many are selected.
photos-some = Photos takes { $taken } of these { $count }.
photos-failed = Not everything could be loaded. Try again.
photos-refused = The files could not be handed to Photos. Try again.
photos-counted = The downloads of this link are limited now, so nothing can be saved to Photos here.

select = Select
select-all = Select all
cancel = Cancel
close = Close
nothing-selected = Nothing selected

# $count (String) - How many pictures are selected that this search does not show.
selected-elsewhere = { $count } not shown here
to-top = To the top

# $count (String) - How many pictures.
selected = { $count } selected

# $count (String) - How many files.
selected-files = { $count } files
selection-too-long = These are too many single pictures for one download. Select fewer, or whole stretches with Shift.

slideshow = Slideshow
details = Details
details-and-downloads = Details and downloads
full-screen = Full screen
enlarge = Enlarge
video-quality = Video quality
size-refused = This size could not be loaded. The video goes on in another one.
gone = This is not here any more.
not-loaded = This could not be loaded.

load-again = Load again
link-closed = This link is no longer open.
locked-again = This link asks for its password again.

# $seconds (String) - How many seconds are left.
too-many-requests = Too many requests. Going on in { $seconds } s.
no-answer = The server does not answer. Trying again.
offline = You are offline. This goes on when you are back.
