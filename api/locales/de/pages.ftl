### Was Besucherinnen und Besucher von Links lesen. Angesprochen werden sie mit „du“.

language-name = Deutsch
direction = ltr

## Zahlen und Zeiten

decimal-separator = ,

size = { $number } { $unit }

bytes = { $count ->
    [one] 1 Byte
   *[other] { $count } Bytes
}

file-detail = { $kind }, { $size }
type-file = Datei
type-text = Text

date = { NUMBER($day) }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { NUMBER($year) }

date-time = { $date }, { $time } Uhr

weekday-date = { $weekday ->
    [1] Montag
    [2] Dienstag
    [3] Mittwoch
    [4] Donnerstag
    [5] Freitag
    [6] Samstag
   *[7] Sonntag
}, { $date }
without-date = Ohne Datum

available-until = Verfügbar bis { $date } ({ $zone })

## Die Seite eines Links

shared-by = Geteilt von { $name }
shared-by-plain = Geteilt von { $name }
items-shared-by = { $items }, geteilt von { $name }
shared-with-vitrine = Geteilt mit Vitrine
about-this-site = Über diese Seite
imprint = Impressum
contact = Kontakt
language = Sprache

items = { $count ->
    [one] 1 Element
   *[other] { $count } Elemente
}
items-many = mehr als 10.000 Elemente

downloads-left = { $count ->
    [0] Kein Download mehr
    [one] Noch 1 Download
   *[other] Noch { $count } Downloads
}

used-up = Alle Downloads, die dieser Link erlaubt, sind verbraucht. Ansehen kannst du weiterhin alles. Wenn du die Dateien brauchst, frage, wer dir den Link geschickt hat.

preview-is-made = Die Vorschau wird gerade erstellt. Sie erscheint hier, sobald sie fertig ist.
video-is-made = Das Video wird gerade vorbereitet. Es erscheint hier, sobald es fertig ist.
no-preview = Keine Vorschau
show-all = Alle anzeigen
previous = Zurück
next = Weiter
pictures-of-collection = Bilder dieser Sammlung
place-of = { NUMBER($place) } von { NUMBER($count) }

fact-kind = Art
fact-type = Dateityp
fact-dimensions = Abmessungen
fact-duration = Dauer
fact-byte-size = Größe des Originals
kind-image = Bild
kind-video = Video
kind-audio = Audio
kind-document = Dokument

pixels = { $dimensions } Pixel

## Die Galerie

tile = { $name }, { $place }
select-tile = { $title } auswählen
read-all = Alles lesen
show-less = Weniger anzeigen
search = Suchen
order = Reihenfolge
show = Anzeigen
order-position = Wie angeordnet
order-name = Name
order-newest = Neueste zuerst
order-oldest = Älteste zuerst
order-captured = Aufnahmedatum

found = { $count ->
    [one] 1 Element gefunden.
   *[other] { $count } Elemente gefunden.
}
found-many = Mehr als 10.000 Elemente gefunden.
found-nothing = Nichts hier hat diese Wörter im Titel oder in der Beschreibung.
nothing-on-page = Auf dieser Seite ist nichts.
show-first-page = Zur ersten Seite
nothing-here = Hier ist im Moment nichts.

pages = Seiten
first-page = Erste
previous-page = Vorherige Seite
next-page = Nächste Seite
last-page = Letzte
page = Seite { NUMBER($page) }
page-of = Seite { NUMBER($page) } von { NUMBER($last) }

## Downloads

download = Herunterladen
download-these = { $count ->
    [one] Dieses Element herunterladen
   *[other] Diese { $count } Elemente herunterladen
}
download-all = Alles herunterladen
download-items = { $count ->
    [one] 1 Element herunterladen
   *[other] Alle { $count } Elemente herunterladen
}
download-selected = Auswahl herunterladen
download-zip = Alles als ZIP herunterladen
files-to-download = Dateien zum Herunterladen
about-the-download = Zum Download

files = { $count ->
    [one] 1 Datei
   *[other] { $count } Dateien
}
files-choice = { $name } ({ $detail })
everything = Alles
originals = Originale
original = Original
thumbnail = Miniatur
preview = Vorschau
full-screen-picture = Bildschirmgröße
poster = Standbild
audio = Audio
video = Video { $size }

in-size = { $name } ({ $size })
note-waiting = { $count ->
    [one] 1 Datei wird noch vorbereitet.
   *[other] { $count } Dateien werden noch vorbereitet.
}
note-unchecked = { $count ->
    [one] 1 Datei wird noch geprüft und ist nicht im ZIP.
   *[other] { $count } Dateien werden noch geprüft und sind nicht im ZIP.
}
note-unavailable = { $count ->
    [one] 1 Datei ist im Moment nicht verfügbar.
   *[other] { $count } Dateien sind im Moment nicht verfügbar.
}
note-failed = { $count ->
    [one] 1 Datei konnte nicht erstellt werden.
   *[other] { $count } Dateien konnten nicht erstellt werden.
}
note-limited = Das ZIP zählt als ein Download.

## Das Passwort

password-needed = Passwort nötig
password-explained = Dieser Link ist geschützt. Wer ihn dir geschickt hat, kennt das Passwort.
password = Passwort
open = Öffnen
open-in-tab = In einem neuen Tab öffnen
password-wrong = Das ist nicht das Passwort. Versuche es noch einmal.
password-blocked = Dein Browser merkt sich für diese Seite nichts, solange sie in einer anderen steckt. Öffne den Link in einem neuen Tab.
password-too-many = Hier wurden zu viele falsche Passwörter versucht. Versuche es in { $seconds ->
    [one] 1 Sekunde
   *[other] { $seconds } Sekunden
} noch einmal. Ein Gerät, von dem schon einmal das richtige kam, muss nicht auf die Versuche anderer warten.

## Nach einer Person suchen

person-find = Person suchen
person-find-text = Sende ein Foto einer Person und sieh, auf welchen Bildern sie hier zu sehen ist.
person-consent = Ich darf dieses Foto verwenden und bin einverstanden, dass es mit den Gesichtern in diesen Bildern verglichen wird.
person-photo = Foto
person-photo-hint = Bis zu 20 MB. Am besten ein großes, scharfes Gesicht von vorn.
person-photo-use = Das Foto dient nur dieser Suche: Es wird nicht gespeichert, und niemand sieht es. Übrig bleibt eine verschlüsselte Beschreibung des Gesichts in der Adresse der Seite, die du bekommst. Sie gilt eine halbe Stunde lang und nur für diesen Link.
person-questions = Hast du Fragen? Wende dich an { $name }.
person-looking = Gesichter werden gesucht …
person-start = Suchen
person-choose = Wen suchst du?
person-choose-text = Auf dem Foto sind mehrere Gesichter. Wähle bis zu fünf.
person-more-faces = Das Foto hat noch mehr; diese sind am besten zu sehen.
person-any = Zeigen, was irgendjemanden von ihnen zeigt
person-together = Zeigen, was alle zusammen zeigt
person-show = Anzeigen
person-face = Gesicht { $number }
person-photo-missing = Wähle ein Foto.
person-consent-missing = Setze auch das Häkchen. Nichts wurde angesehen.
person-photo-too-large = Das Foto hat mehr als 20 MB. Sende ein kleineres.
person-photo-unreadable = Die Datei lässt sich nicht als Bild lesen: Sie ist beschädigt, zu groß oder von anderer Art. Sende ein JPEG, PNG oder HEIC.
person-busy = Gerade werden viele Fotos angesehen. Sende deines gleich noch einmal.
person-nobody = Kein Gesicht gefunden. Sende ein Foto, auf dem es von vorn und bei gutem Licht zu sehen ist.
person-too-small = Das Gesicht ist zu klein. Sende ein Foto, auf dem es größer ist.
person-too-blurred = Das Gesicht ist zu unscharf. Sende ein schärferes Foto.
person-found = { $count ->
    [one] 1 Element zeigt diese Person.
   *[other] { $count } Elemente zeigen diese Person.
}
person-found-none = Nichts hier zeigt diese Person mit Sicherheit.
person-unsearched = { $count ->
    [one] 1 Element wurde noch nicht angesehen: Suche später noch einmal.
   *[other] { $count } Elemente wurden noch nicht angesehen: Suche später noch einmal.
}
person-none-chosen = Du hast kein Gesicht gewählt; darum wird alles gezeigt.
person-first-chosen = Nur die ersten fünf Gesichter werden gesucht.
person-maybe = { $count ->
    [one] 1 weiteres könnte sie zeigen
   *[other] { $count } weitere könnten sie zeigen
}
person-sure-only = Nur zeigen, was sicher ist
person-another = Anderes Foto

## Ablehnungen und Fehler

back-to-files = Zurück zu den Dateien

error-fault = Etwas ist schiefgegangen
    .text = Der Fehler liegt bei uns. Versuche es später noch einmal.
error-not-found = Hier ist nichts
    .text = Diesen Link gibt es nicht, oder er ist nicht mehr offen. Frag, wer ihn dir geschickt hat.
error-sign-in = Melde dich zuerst an
    .text = Diese Seite ist für Mitglieder des Workspace.
error-refused = Nicht erlaubt
error-locked = Gesperrt
    .text = Öffne den Link in einem Browser und gib zuerst sein Passwort ein.
error-nothing-to-archive = Nichts herunterzuladen
    .text = Keine der Dateien, die du gewählt hast, ist da. Geh zurück und wähle mindestens eine.
error-not-signed = Diese Adresse gilt nicht mehr
    .text = Die Adresse einer Datei gilt höchstens eine Stunde. Öffne die Seite, die sie zeigt, noch einmal, oder frage die API nach einer neuen.
error-bots = Nicht für Bots
    .text = Die Downloads dieses Links werden gezählt. Öffne ihn in einem Browser.
error-ahead = Nicht im Voraus geladen
    .text = Die Downloads dieses Links werden gezählt. Der Download beginnt, wenn du ihn anforderst.
error-no-person-search = Keine Suche nach Personen
    .text = Dieser Link hat keine Suche nach Personen, oder nicht mehr. Seine Bilder sind noch da.
error-search-ended = Die Suche ist beendet
    .text = Was gefunden wurde, ist eine halbe Stunde lang zu sehen. Sende das Foto noch einmal.
error-slow = Zu langsam
    .text = Was du geschickt hast, kam nicht rechtzeitig an und wurde nicht gelesen. Schicke es noch einmal.
error-form = Nicht lesbar
    .text = Was du geschickt hast, ist nicht das, was das Formular dieser Seite schickt. Öffne die Seite und versuche es noch einmal.
error-too-many = Zu viele Versuche
    .text = Versuche es in { $seconds ->
        [one] 1 Sekunde
       *[other] { $seconds } Sekunden
    } noch einmal.
error-unavailable = Nicht verfügbar
    .text = Das ist im Moment nicht verfügbar. Versuche es in ein paar Sekunden noch einmal.

send-again = Öffne die Seite in einem eigenen Tab unter ihrer üblichen Adresse und schicke es noch einmal.
error-origin = Von woanders geschickt
    .unknown = Dein Browser sagt nicht, von welcher Seite dieses Formular kommt (er schickt „Origin: null“), wie in manchen Frames und privaten Fenstern. { $again }
    .site = Dieses Formular kam von einer Seite von { $site }. Dieser Server kennt eine andere Adresse als seine eigene. { $again } Wenn man den Server dort erreichen soll, setzt sein Betreiber VITRINE_PUBLIC_URL darauf.
    .other-site = Dieses Formular kam von einer Seite einer anderen Website. { $again }

## Was Skripte sagen

select = Auswählen
select-all = Alles auswählen
cancel = Abbrechen
close = Schließen
nothing-selected = Nichts ausgewählt
selected-elsewhere = { $count } hier nicht gezeigt
to-top = Nach oben
selected = { $count } ausgewählt
selected-files = { $count } Dateien
changed-new = Neu: { $count }.
changed-gone = Nicht mehr da: { $count }.
changed-order = Die Reihenfolge hat sich geändert.
downloads-changed = Was hier heruntergeladen werden kann, hat sich geändert.
downloads-withdrawn = Downloads werden hier nicht mehr angeboten. Ansehen kannst du weiterhin alles.
photos-save = In Fotos sichern
photos-stop = Laden abbrechen ({ $place } von { $count })
photos-ready = Jetzt in Fotos sichern ({ $count })
photos-too-many = Fotos nimmt { $most } auf einmal. Wähle weniger aus.
photos-too-large = Das ist zu groß, um es auf einem Telefon auf einmal zu laden. Wähle weniger aus.
photos-some = Fotos nimmt { $taken } von diesen { $count }.
photos-failed = Nicht alles konnte geladen werden. Versuche es noch einmal.
photos-refused = Die Dateien konnten nicht an Fotos übergeben werden. Versuche es noch einmal.
photos-counted = Die Downloads dieses Links sind jetzt begrenzt; deshalb kann hier nichts mehr in Fotos gesichert werden.
selection-too-long = Das sind zu viele einzelne Bilder für einen Download. Wähle weniger aus, oder ganze Strecken mit der Umschalttaste.
slideshow = Diashow
details = Details
details-and-downloads = Details und Downloads
full-screen = Vollbild
enlarge = Vergrößern
video-quality = Videoqualität
size-refused = Diese Größe konnte nicht geladen werden. Das Video läuft in einer anderen weiter.
gone = Das ist nicht mehr da.
not-loaded = Das konnte nicht geladen werden.
load-again = Neu laden
link-closed = Dieser Link ist nicht mehr offen.
locked-again = Dieser Link fragt wieder nach seinem Passwort.
too-many-requests = Zu viele Anfragen. Weiter in { $seconds } s.
no-answer = Der Server antwortet nicht. Neuer Versuch läuft.
offline = Du bist offline. Es geht weiter, sobald du wieder verbunden bist.
