date = { DATETIME($day, dateStyle: "long") }
draft = Черновик, юристом не проверен.
reviewed = Проверено: { $by }, { $day }.
stale = УСТАРЕЛО: пакет «{ $pack }» надо было пересмотреть до { $day }. С тех пор право могло измениться.
country-unknown = Ни один пакет не говорит о стране { $country }. Сказанное ниже неполно.
yes = да
no = нет
open = неизвестно
pres = да, если верна презумпция
value-yes = может применяться
value-no = не применяется, судя по известному
value-open = может применяться; ещё неизвестно
value-pres = может применяться, потому что закон это презюмирует
offence-yes = есть опасение: названные поступки подходят
offence-no = нет, судя по известному
offence-open = опасение возможно; ещё неизвестно
offence-pres = опасение возможно
exclusion-yes = препятствует
exclusion-no = не препятствует, судя по известному
exclusion-open = не рассматривалось
exclusion-pres = может препятствовать
kind-ground = Основания, которые могут применяться
kind-exclusion = Что препятствовало бы им
kind-offence = Составы, которых опасаются
kind-deadline = Идущие сроки
kind-risk = Опасности места
kind-stay = Пребывание
kind-document = Документы, от которых обычно всё зависит
kind-statement = Что известно о практике
kind-service = Когда считается вручённым
kind-question = Что ещё спросить, это сначала
kind-unbacked = Чего мы не знаем
all-of = всё из этого
any-of = что-либо из этого
none-of = неверно, что
lawyer-only = вопрос для юриста
more-than = { $question } — больше { $limit }
at-most = { $question } — не больше { $limit }
equals = { $question } — { $wanted }
burden-applicant = показать это должен заявитель
burden-shared = устанавливается вместе с органом власти
because = Потому что
according-to = Согласно
as-of = по состоянию на { $day }
as-of-unknown = дата неизвестна
confidence = надёжность: { $level }
level-high = высокая
level-medium = средняя
level-low = низкая
level-unverified = не подтверждено
still-unknown = Ещё неизвестно
presumption = Презумпция
barred-by = Препятствует
unexamined = Не рассматривалось, для юриста
overridden-by = Вместо него применяется более строгая норма
not-in-force = На дату, которая здесь важна, эта норма не действует.
date-wanted = Зависит от даты, которая неизвестна: { $date }.
date-vague = Дата, от которой зависит, действует ли эта норма, известна неточно.
disputed = ОТВЕТЫ РАСХОДЯТСЯ: сказано «нет» на вопрос «{ $question }», но записано событие: { $event }. Выясните, что верно. Пока показаны сроки для обоих случаев.
prison = лишение свободы { $range }
arrest_or_disciplinary_unit = арест или дисциплинарная часть
fine_or_prison = штраф или лишение свободы { $range }
years-to = до { $max ->
    [one] { $max } года
   *[other] { $max } лет
}
years-from-to = от { $min } до { $max ->
    [one] { $max } года
   *[other] { $max } лет
}
last-day = Последний день: { $day }
work-towards = постараться успеть до { $day }
moment = { $day }, { $time } (UTC{ $offset })
standing-today = Действуйте сегодня.
standing-doubtful = Возможно, этот день уже прошёл. Но может быть и не поздно, самое позднее — { $day }. Действуйте сразу.
standing-passed = Последний день прошёл. Сразу спросите юриста, можно ли восстановить срок.
standing-other-doubtful = Возможно, этот день уже прошёл; самое позднее — { $day }.
standing-other-passed = Этот день прошёл.
between = От { $earliest } до { $latest }, потому что дата события неточна.
unknown-because = Неизвестно, потому что не хватает: { $missing }.
if-missed = Если пропустить
if-missed-inferred = Если пропустить (вывод)
suspensive-full = поданное вовремя приостанавливает исполнение
suspensive-on_request = приостановить исполнение могут только по просьбе
suspensive-none = само по себе ничего не приостанавливает
suspensive-unknown = приостанавливает ли исполнение, неизвестно
why-this-date = Почему эта дата
why-event = Начало: { $event } — { $day }
why-length = { $count ->
    [working] { $length }, только рабочие дни
    [calendar] { $length } по календарю
    [unknown-back] { $length }; календарных или рабочих — не установлено, поэтому считаем рабочие дни, если так раньше
   *[unknown] { $length }; календарных или рабочих — не установлено, поэтому считаем по календарю (так раньше)
}
why-not-counted = Сам день события не считается.
why-end = По счёту кончается { $day }.
why-moment = С точностью до часа: { $moment }.
note-at-once = Немедленно.
note-count-unknown = Календарные или рабочие дни: не установлено; показан более ранний.
note-roll-unknown = Кончается в нерабочий день, а правила о переносе не найдено: действуйте раньше.
note-rolled = Кончался в нерабочий день и переносится на следующий рабочий.
note-extended = Перенесено: такой срок содержит не менее двух рабочих дней.
note-band = Право страны может дать больше, самое позднее до { $day }.
note-hour-wanted = Срок идёт в часах: узнайте, в котором часу это было.
note-imprecise = Точная дата события неизвестна: считаем от самой ранней.
note-zones = Неизвестно, по каким часам этой страны считать: взят более ранний день.
note-calendar-unknown = Праздники этой страны нам неизвестны: учтены только субботы и воскресенья.
length-hour = { $n ->
    [one] { $n } час
    [few] { $n } часа
   *[many] { $n } часов
}
length-day = { $n ->
    [one] { $n } день
    [few] { $n } дня
   *[many] { $n } дней
}
length-week = { $n ->
    [one] { $n } неделя
    [few] { $n } недели
   *[many] { $n } недель
}
length-month = { $n ->
    [one] { $n } месяц
    [few] { $n } месяца
   *[many] { $n } месяцев
}
length-year = { $n ->
    [one] { $n } год
    [few] { $n } года
   *[many] { $n } лет
}
length-back = { $length } до события
applies-if = Только если: { $facts }
answer-intro = Это общие сведения, не решение и не совет по вашему делу. Прочитайте их вместе с юристом.
answer-ground-yes = К вам может применяться: «{ $label }».
answer-ground-pres = К вам может применяться: «{ $label }» — закон презюмирует то, что пока неизвестно.
answer-ground-open = К вам может применяться: «{ $label }». Мы ещё не знаем:
answer-ground-hidden = К вам может применяться: «{ $label }». Что ещё для этого нужно, решит юрист.
answer-nothing = По тому, что мы знаем, назвать основание нельзя. Это не значит, что его нет: многое ещё неизвестно.
answer-offence = Чего можно опасаться при возвращении: { $label } ({ $article }), { $sanction }. Это не обвинение.
answer-bar = Нет ли чего-либо против, должен рассмотреть юрист.
answer-day = { $label }: последний день — { $day }; постарайтесь успеть до { $towards }.
answer-day-if = { $label }: если это к вам относится, последний день — { $day }; постарайтесь успеть до { $towards }.
answer-last = { $label }: последний день — { $day }.
answer-last-if = { $label }: если это к вам относится, последний день — { $day }.
answer-date = { $label }: { $day }.
answer-date-if = { $label }: если это к вам относится, { $day }.
answer-missing = { $label }: посчитать дни пока нельзя. Нужно знать: { $missing }.
answer-documents = От чего обычно всё зависит: { $documents }.
answer-source = Согласно: { $source }, { $asof }.
answer-stale = Часть этого пора было пересмотреть, она могла измениться.
answer-draft = Источники этого текста юрист ещё не проверял.
article = { $part ->
    [none] ст. { $number }
   *[other] ч. { $part } ст. { $number }
}
