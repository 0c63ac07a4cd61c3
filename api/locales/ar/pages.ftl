### ما يقرؤه زوّار الروابط. النصوص التي يكتبها المستخدمون معزولة بعلامتي U+2068 وU+2069 كي يبقى اتجاهها صحيحًا.

language-name = العربية
direction = rtl

## الأرقام والأوقات

decimal-separator = .

size = {"\u2068"}{ $number } { $unit }{"\u2069"}

bytes = { $count ->
    [zero] { $count } بايت
    [one] بايت واحد
    [two] بايتان
    [few] { $count } بايتات
    [many] { $count } بايتًا
   *[other] { $count } بايت
}

file-detail = {"\u2068"}{ $kind }{"\u2069"}، { $size }
type-file = ملف
type-text = نص

date = { NUMBER($day) } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { NUMBER($year) }

date-time = { $date }، {"\u2068"}{ $time }{"\u2069"}

weekday-date = { $weekday ->
    [1] الاثنين
    [2] الثلاثاء
    [3] الأربعاء
    [4] الخميس
    [5] الجمعة
    [6] السبت
   *[7] الأحد
}، { $date }
without-date = بلا تاريخ

available-until = متاح حتى { $date } ({"\u2068"}{ $zone }{"\u2069"})

## صفحة الرابط

shared-by = تمت المشاركة من قِبل { $name }
shared-by-plain = تمت المشاركة من قِبل {"\u2068"}{ $name }{"\u2069"}
items-shared-by = { $items }، تمت المشاركة من قِبل {"\u2068"}{ $name }{"\u2069"}
shared-with-vitrine = تمت المشاركة عبر Vitrine
about-this-site = عن هذا الموقع
imprint = بيانات الناشر
contact = اتصل بنا
language = اللغة

items = { $count ->
    [zero] لا عناصر
    [one] عنصر واحد
    [two] عنصران
    [few] { $count } عناصر
    [many] { $count } عنصرًا
   *[other] { $count } عنصر
}
items-many = أكثر من 10,000 عنصر

downloads-left = { $count ->
    [zero] لم يبقَ أي تنزيل
    [one] بقي تنزيل واحد
    [two] بقي تنزيلان
    [few] بقيت { $count } تنزيلات
    [many] بقي { $count } تنزيلًا
   *[other] بقي { $count } تنزيل
}

used-up = استُنفدت كل التنزيلات التي يسمح بها هذا الرابط. لا يزال بإمكانك مشاهدة كل شيء. إذا احتجت إلى الملفات فاسأل من أرسل إليك الرابط.

preview-is-made = يجري إعداد المعاينة. ستظهر في هذه الصفحة حالما تصبح جاهزة.
video-is-made = يجري إعداد الفيديو. سيظهر في هذه الصفحة حالما يصبح جاهزًا.
no-preview = لا توجد معاينة
show-all = عرض الكل
previous = السابق
next = التالي
pictures-of-collection = صور هذه المجموعة
place-of = { NUMBER($place) } من { NUMBER($count) }

fact-kind = النوع
fact-type = نوع الملف
fact-dimensions = الأبعاد
fact-duration = المدة
fact-byte-size = حجم الملف
kind-image = صورة
kind-video = فيديو
kind-audio = صوت
kind-document = مستند

pixels = {"\u2068"}{ $dimensions }{"\u2069"} بكسل

## المعرض

tile = {"\u2068"}{ $name }{"\u2069"}، { $place }
select-tile = تحديد {"\u2068"}{ $title }{"\u2069"}
read-all = قراءة الكل
show-less = عرض أقل
search = بحث
order = الترتيب
show = عرض
order-position = كما رُتّبت
order-name = الاسم
order-newest = الأحدث أولًا
order-oldest = الأقدم أولًا
order-captured = تاريخ الالتقاط

found = { $count ->
    [zero] لم يُعثر على أي عنصر.
    [one] عُثر على عنصر واحد.
    [two] عُثر على عنصرين.
    [few] عُثر على { $count } عناصر.
    [many] عُثر على { $count } عنصرًا.
   *[other] عُثر على { $count } عنصر.
}
found-many = عُثر على أكثر من 10,000 عنصر.
found-nothing = لا شيء هنا يحتوي على هذه الكلمات في عنوانه أو وصفه.
nothing-on-page = لا شيء في هذه الصفحة.
show-first-page = عرض الصفحة الأولى
nothing-here = لا شيء هنا في الوقت الحالي.

pages = الصفحات
first-page = الأولى
previous-page = الصفحة السابقة
next-page = الصفحة التالية
last-page = الأخيرة
page = الصفحة { NUMBER($page) }
page-of = الصفحة { NUMBER($page) } من { NUMBER($last) }

## التنزيلات

download = تنزيل
download-these = { $count ->
    [zero] تنزيل هذه العناصر
    [one] تنزيل هذا العنصر
    [two] تنزيل هذين العنصرين
    [few] تنزيل هذه العناصر الـ{ $count }
    [many] تنزيل هذه العناصر الـ{ $count }
   *[other] تنزيل هذه العناصر الـ{ $count }
}
download-all = تنزيل الكل
download-items = تنزيل كل العناصر ({ $count })
download-selected = تنزيل المحدد
download-zip = تنزيل الكل كملف zip
files-to-download = الملفات المراد تنزيلها
about-the-download = عن التنزيل

files = { $count ->
    [zero] لا ملفات
    [one] ملف واحد
    [two] ملفان
    [few] { $count } ملفات
    [many] { $count } ملفًا
   *[other] { $count } ملف
}
files-choice = { $name } ({ $detail })
everything = كل شيء
originals = الملفات الأصلية
original = الأصل
thumbnail = صورة مصغّرة
preview = معاينة
full-screen-picture = ملء الشاشة
poster = صورة ثابتة
audio = الصوت
video = فيديو {"\u2068"}{ $size }{"\u2069"}

in-size = { $name } ({"\u2068"}{ $size }{"\u2069"})
note-waiting = { $count ->
    [zero] لا ملفات قيد الإعداد.
    [one] ما زال ملف واحد قيد الإعداد.
    [two] ما زال ملفان قيد الإعداد.
    [few] ما زالت { $count } ملفات قيد الإعداد.
    [many] ما زال { $count } ملفًا قيد الإعداد.
   *[other] ما زال { $count } ملف قيد الإعداد.
}
note-unchecked = { $count ->
    [zero] لا ملفات قيد الفحص.
    [one] ما زال ملف واحد قيد الفحص، وليس ضمن ملف zip.
    [two] ما زال ملفان قيد الفحص، وليسا ضمن ملف zip.
    [few] ما زالت { $count } ملفات قيد الفحص، وليست ضمن ملف zip.
    [many] ما زال { $count } ملفًا قيد الفحص، وليست ضمن ملف zip.
   *[other] ما زال { $count } ملف قيد الفحص، وليست ضمن ملف zip.
}
note-unavailable = { $count ->
    [zero] كل الملفات متاحة.
    [one] ملف واحد غير متاح في الوقت الحالي.
    [two] ملفان غير متاحين في الوقت الحالي.
    [few] { $count } ملفات غير متاحة في الوقت الحالي.
    [many] { $count } ملفًا غير متاح في الوقت الحالي.
   *[other] { $count } ملف غير متاح في الوقت الحالي.
}
note-failed = { $count ->
    [zero] أُعدّت كل الملفات.
    [one] تعذّر إعداد ملف واحد.
    [two] تعذّر إعداد ملفين.
    [few] تعذّر إعداد { $count } ملفات.
    [many] تعذّر إعداد { $count } ملفًا.
   *[other] تعذّر إعداد { $count } ملف.
}
note-limited = يُحسب ملف zip تنزيلًا واحدًا.

## كلمة المرور

password-needed = كلمة المرور مطلوبة
password-explained = هذا الرابط محمي. من أرسله إليك يعرف كلمة المرور.
password = كلمة المرور
open = فتح
open-in-tab = فتح في علامة تبويب جديدة
password-wrong = كلمة المرور غير صحيحة. حاول مرة أخرى.
password-blocked = لا يحتفظ متصفحك بأي شيء لهذه الصفحة داخل موقع آخر. افتح الرابط في علامة تبويب جديدة.
password-too-many = جُرّبت هنا كلمات مرور خاطئة كثيرة. حاول مرة أخرى بعد { $seconds ->
    [zero] { $seconds } ثانية
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $seconds } ثوانٍ
    [many] { $seconds } ثانية
   *[other] { $seconds } ثانية
}. الجهاز الذي أُدخلت منه كلمة المرور الصحيحة من قبل لا يحتاج إلى انتظار محاولات الآخرين.

## البحث عن شخص

person-find = البحث عن شخص
person-find-text = أرسل صورة لشخص لترى ما يظهر فيه هنا.
person-consent = يحق لي استخدام هذه الصورة، وأوافق على مقارنتها بالوجوه في هذه الصور.
person-photo = الصورة
person-photo-hint = حتى 20 ميغابايت. الأفضل وجه كبير واضح من الأمام.
person-photo-use = تُستخدم الصورة لهذا البحث فقط: لا تُحفظ ولا يراها أحد. لا يبقى سوى وصف مشفّر للوجه في عنوان الصفحة التي تصل إليها، يصلح لنصف ساعة ولهذا الرابط وحده.
person-questions = هل لديك أسئلة؟ اسأل { $name }.
person-looking = يُبحث عن وجوه …
person-start = بحث
person-choose = عمّن تبحث؟
person-choose-text = في الصورة عدة وجوه. اختر حتى خمسة.
person-more-faces = في الصورة وجوه أكثر؛ هذه أوضحها.
person-any = عرض ما يظهر فيه أي منهم
person-together = عرض ما يظهرون فيه جميعًا معًا
person-show = عرض
person-face = الوجه { $number }
person-photo-missing = اختر صورة.
person-consent-missing = ضع العلامة أيضًا. لم يُفحص شيء.
person-photo-too-large = الصورة أكبر من 20 ميغابايت. أرسل صورة أصغر.
person-photo-unreadable = لا يمكن قراءة الملف كصورة: فهو تالف أو كبير جدًا أو من نوع آخر. أرسل JPEG أو PNG أو HEIC.
person-busy = تُفحص صور كثيرة الآن. أرسل صورتك مرة أخرى بعد لحظات.
person-nobody = لم يُعثر على وجه. أرسل صورة يظهر فيها من الأمام وبإضاءة جيدة.
person-too-small = الوجه صغير جدًا. أرسل صورة يكون فيها أكبر.
person-too-blurred = الوجه غير واضح. أرسل صورة أوضح.
person-found = { $count ->
    [zero] لا عنصر يُظهر هذا الشخص.
    [one] عنصر واحد يُظهر هذا الشخص.
    [two] عنصران يُظهران هذا الشخص.
    [few] { $count } عناصر تُظهر هذا الشخص.
    [many] { $count } عنصرًا يُظهر هذا الشخص.
   *[other] { $count } عنصر يُظهر هذا الشخص.
}
person-found-none = لا شيء هنا يُظهر هذا الشخص بالتأكيد.
person-unsearched = { $count ->
    [zero] فُحصت كل العناصر.
    [one] عنصر واحد لم يُفحص بعد: ابحث لاحقًا مرة أخرى.
    [two] عنصران لم يُفحصا بعد: ابحث لاحقًا مرة أخرى.
    [few] { $count } عناصر لم تُفحص بعد: ابحث لاحقًا مرة أخرى.
    [many] { $count } عنصرًا لم يُفحص بعد: ابحث لاحقًا مرة أخرى.
   *[other] { $count } عنصر لم يُفحص بعد: ابحث لاحقًا مرة أخرى.
}
person-none-chosen = لم تختر أي وجه، لذلك يُعرض كل شيء.
person-first-chosen = يُبحث عن الوجوه الخمسة الأولى فقط.
person-maybe = { $count ->
    [zero] لا عنصر آخر قد يُظهره
    [one] عنصر آخر قد يُظهره
    [two] عنصران آخران قد يُظهرانه
    [few] { $count } عناصر أخرى قد تُظهره
    [many] { $count } عنصرًا آخر قد يُظهره
   *[other] { $count } عنصر آخر قد يُظهره
}
person-sure-only = عرض المؤكد فقط
person-another = صورة أخرى

## الرفض والأخطاء

back-to-files = العودة إلى الملفات

error-fault = حدث خطأ ما
    .text = الخطأ من جهتنا. حاول مرة أخرى لاحقًا.
error-not-found = لا شيء هنا
    .text = هذا الرابط غير موجود، أو لم يعد مفتوحًا. اسأل من أرسله إليك.
error-sign-in = سجّل الدخول أولًا
    .text = هذه الصفحة لأعضاء مساحة العمل.
error-refused = غير مسموح
error-locked = مقفل
    .text = افتح الرابط في متصفح واكتب كلمة مروره أولًا.
error-nothing-to-archive = لا شيء للتنزيل
    .text = لا يوجد أي من الملفات التي اخترتها. ارجع واختر ملفًا واحدًا على الأقل.
error-not-signed = انتهت صلاحية هذا العنوان
    .text = عنوان الملف صالح لمدة ساعة على الأكثر. افتح الصفحة التي تعرضه مرة أخرى، أو اطلب عنوانًا جديدًا من واجهة API.
error-bots = ليس للروبوتات
    .text = تنزيلات هذا الرابط معدودة. افتحه في متصفح.
error-ahead = لم يُحمَّل مسبقًا
    .text = تنزيلات هذا الرابط معدودة. يبدأ التنزيل عندما تطلبه.
error-no-person-search = لا بحث عن الأشخاص
    .text = ليس في هذا الرابط بحث عن الأشخاص، أو لم يعد فيه. صوره ما زالت هنا.
error-search-ended = انتهى البحث
    .text = يمكن رؤية ما عُثر عليه لنصف ساعة. أرسل الصورة مرة أخرى.
error-slow = بطيء جدًا
    .text = لم يصل ما أرسلته في الوقت المناسب ولم يُقرأ. أرسله مرة أخرى.
error-form = غير مقروء
    .text = ما أرسلته ليس ما يرسله نموذج هذه الصفحة. افتح الصفحة وحاول مرة أخرى.
error-too-many = محاولات كثيرة جدًا
    .text = حاول مرة أخرى بعد { $seconds ->
        [zero] { $seconds } ثانية
        [one] ثانية واحدة
        [two] ثانيتين
        [few] { $seconds } ثوانٍ
        [many] { $seconds } ثانية
       *[other] { $seconds } ثانية
    }.
error-unavailable = غير متاح
    .text = هذا غير متاح في الوقت الحالي. حاول مرة أخرى بعد بضع ثوانٍ.

send-again = افتح الصفحة في علامة تبويب مستقلة على عنوانها المعتاد، وأرسل مرة أخرى.
error-origin = أُرسل من مكان آخر
    .unknown = لا يذكر متصفحك الصفحة التي جاء منها هذا النموذج (يرسل {"\u2068"}Origin: null{"\u2069"})، كما في بعض الإطارات والنوافذ الخاصة. { $again }
    .site = أُرسل هذا النموذج من صفحة على {"\u2068"}{ $site }{"\u2069"}، وهو عنوان غير الذي يعرفه هذا الخادم عنوانًا له. { $again } إن كان الوصول إلى الخادم يتم من هناك، فعلى مشغّله أن يضبط VITRINE_PUBLIC_URL عليه.
    .other-site = أُرسل هذا النموذج من صفحة في موقع آخر. { $again }

## ما تقوله البرامج النصية

select = تحديد
select-all = تحديد الكل
cancel = إلغاء
close = إغلاق
nothing-selected = لم يُحدد شيء
selected-elsewhere = غير معروض هنا: { $count }
to-top = إلى الأعلى
selected = المحدد: { $count }
selected-files = الملفات: { $count }
changed-new = جديد: { $count }.
changed-gone = لم يعد هنا: { $count }.
changed-order = تغيّر الترتيب.
downloads-changed = تغيّر ما يمكن تنزيله هنا.
downloads-withdrawn = لم تعد التنزيلات متاحة هنا. لا يزال بإمكانك مشاهدة كل شيء.
photos-save = حفظ في الصور
photos-stop = إيقاف التحميل ({ $place } من { $count })
photos-ready = احفظ في الصور الآن ({ $count })
photos-too-many = يقبل تطبيق الصور { $most } في المرة الواحدة. حدّد أقل.
photos-too-large = هذه أكبر من أن يحمّلها هاتف دفعة واحدة. حدّد أقل.
photos-some = يقبل تطبيق الصور { $taken } من هذه الـ { $count }.
photos-failed = تعذّر تحميل كل شيء. حاول مرة أخرى.
photos-refused = تعذّر تسليم الملفات إلى تطبيق الصور. حاول مرة أخرى.
photos-counted = أصبح عدد تنزيلات هذا الرابط محدودًا، ولذلك لا يمكن الحفظ في تطبيق الصور هنا.
selection-too-long = هذه صور منفردة كثيرة جدًا لتنزيل واحد. حدّد أقل، أو نطاقات كاملة بمفتاح Shift.
slideshow = عرض الشرائح
details = التفاصيل
details-and-downloads = التفاصيل والتنزيلات
full-screen = ملء الشاشة
enlarge = تكبير
video-quality = جودة الفيديو
size-refused = تعذّر تحميل هذا الحجم. يستمر الفيديو بحجم آخر.
gone = لم يعد هذا موجودًا هنا.
not-loaded = تعذّر تحميل هذا.
load-again = إعادة التحميل
link-closed = لم يعد هذا الرابط مفتوحًا.
locked-again = يطلب هذا الرابط كلمة مروره من جديد.
too-many-requests = طلبات كثيرة جدًا. المتابعة بعد {"\u2068"}{ $seconds }{"\u2069"} ث.
no-answer = الخادم لا يستجيب. تجري إعادة المحاولة.
offline = أنت غير متصل بالإنترنت. ستتم المتابعة عند عودة الاتصال.
