#!/bin/sh
# What is printed, as scanners and people see it: pages are rendered, bar codes read, texts and fonts looked for.
# test_paper.sh BUILD. Left out where zbarimg, pdftoppm, pdftotext and pdffonts are not there.
build=$1
. "$(dirname "$0")/lib.sh"
begin paper
samples=$build/paper_samples
papers="tags shipping dispatch returns form instruction bare statement statement-zh"
for tool in zbarimg pdftoppm pdftotext pdffonts; do
    command -v $tool >/dev/null || {
        echo "left out: papers, because $tool is not installed"
        exit 0
    }
done

# new FOLDER [TEXT]: papers in a new folder
new() {
    mkdir "$tmp/$1"
    exits "papers in $1" 0 "$samples" "$tmp/$@"
}

# reads FOLDER PAPER PAGE CODE...: exactly these bar codes stand on a page, as it comes out of a printer of 200 dpi
reads() {
    page=$tmp/$1/$2-$3
    pdftoppm -r 200 -f "$3" -l "$3" -singlefile -png "$tmp/$1/$2.pdf" "$page"
    what="$2, page $3"
    shift 3
    printf '%s\n' "$@" | sort >"$tmp/expected"
    zbarimg --nodbus -q --raw "$page.png" 2>/dev/null | sort >"$tmp/read"
    same "$what" "$tmp/expected" "$tmp/read"
}

# in_place FOLDER PAPER: no word is nearer to an edge than a millimetre, or beyond it, and none stands on another. What
# is beyond the edge pdftotext leaves out, so it is given a page with 500 points more on all sides.
in_place() {
    sed -E 's,/MediaBox \[ 0 0 ([0-9.]+) ([0-9.]+) \],/MediaBox [ -500 -500 5000 5000 ],' "$tmp/$1/$2.pdf" \
        >"$tmp/wide.pdf"
    pdftotext -bbox "$tmp/wide.pdf" "$tmp/words" 2>/dev/null
    grep -a -m 1 '/MediaBox' "$tmp/$1/$2.pdf" >"$tmp/box"
    # shellcheck disable=SC2016
    awk -F'"' '
    function check(    i, j, low) {
        for (i = 1; i <= words; i++) {
            if (left[i] < 2.8 || top[i] < 2.8 || right[i] > width - 2.8 || bottom[i] > height - 2.8)
                print "page " pages ", over the edge: " text[i]
            for (j = 1; j < i; j++) {
                low = (bottom[i] < bottom[j] ? bottom[i] : bottom[j]) - (top[i] > top[j] ? top[i] : top[j])
                if (left[i] < right[j] - 1 && left[j] < right[i] - 1 &&
                    low > 0.25 * (bottom[i] - top[i] < bottom[j] - top[j] ? bottom[i] - top[i] : bottom[j] - top[j]))
                    print "page " pages ", one on the other: " text[i] " and " text[j]
            }
        }
        all += words
        words = 0
    }
    FILENAME != ARGV[2] { split($0, box, " "); width = box[5]; height = box[6]; next }
    /<page / { check(); pages++; above = $4 - 500 - height }
    /<word / {
        words++
        left[words] = $2 - 500
        top[words] = $4 - above
        right[words] = $6 - 500
        bottom[words] = $8 - above
        text[words] = $9
    }
    END { check(); if (all < 40) print "only " all " words" }' "$tmp/box" "$tmp/words" >"$tmp/off"
    if [ -s "$tmp/off" ]; then
        not_ok "$1, $2: $(head -n 3 "$tmp/off")"
    else
        ok
    fi
}

# ---- bar codes ----

new one
reads one tags 1 0000000018
reads one tags 2 0000000026
reads one tags 3 ABCDEFGHIJKLMNOPQRSTUVWXyz-/
reads one shipping 1 D1042 1Z999AA10123456784
reads one shipping 2 R77
reads one dispatch 1 D1042
reads one returns 1 D1042
reads one form 1 F12
reads one instruction 1 F12
reads one bare 1 F999999999999999

# ---- texts ----

pdftotext "$tmp/one/tags.pdf" "$tmp/text"
says "a dealer's name" 上海浦东汽车销售服务有限公司 "$tmp/text"
says "a description" 水泵总成（带密封圈） "$tmp/text"
says "a part" 32-CHARACTERS-OF-A-PART-NUMBER-X "$tmp/text"
pdftotext -layout "$tmp/one/dispatch.pdf" "$tmp/text"
says "pages are counted" 'page 3 of 3' "$tmp/text"
[ "$(grep -c 'Line *Request *From bin *Part' "$tmp/text")" = 3 ] && ok || not_ok "the heading is repeated on each page"
says "the bin to take it from" '20317 *A-12-04 ' "$tmp/text"
grep -oE '^ *[0-9]+ .*P[0-9]{6}|P[0-9]{6}' "$tmp/text" | grep -oE 'P[0-9]{6}' | sort -u >"$tmp/parts"
[ "$(wc -l <"$tmp/parts")" = 50 ] && ok || not_ok "each line is printed: $(wc -l <"$tmp/parts") of 50"
[ "$(grep -c 'NAME, SIGNATURE' "$tmp/text")" = 1 ] && ok || not_ok "there is one place to sign"

pdftotext -layout "$tmp/one/form.pdf" "$tmp/text"
for text in 'Technical appraisal form' partly-approved 'VERSION' 'LSVAA4182E2123456 *M7 示例 1.5T *2025-07-01 *45200 km' \
    'A. Customer *warranty *RO-4711' 'F-ENG-12' 'Water pump, remove and fit' 'OP-1042 *2.50 *500.00' \
    '2 *P000138 *20317 *2 pc *150.0000 *300.00' 'TOWING *300.00' '1250.00 CNY *37.50 CNY *1100.00 CNY' \
    'plan *P-BASE, all components *2028-05-31 *54800 *in force' 'hours-reduced *more hours' \
    'partly-approved *reviewer.li *2026-07-07' 'part 2 *not the causal part' '8c6976e5b541.*a918' \
    '2026-07-09 *王小明' 'CUSTOMER I ask for the appraisal' 'page 2 of 2'; do
    says "a form in English" "$text" "$tmp/text"
done
said=$(tr '\n' ' ' <"$tmp/text" | grep -oE 'coolant +[0-9]+\.' | sort -u | wc -l)
[ "$said" = 80 ] && ok || not_ok "the complaint to its end: $said of 80"
pdftotext -layout "$tmp/one/instruction.pdf" "$tmp/text"
for text in 维修指令 部分批准 '客户陈述' '80\.' 王小明 工时项目 零件 外协项目 车辆保修情况 审核发现 审核决定 \
    拒绝或核减的项目 上述维修已获批准 上述维修已在本人车辆上完成 '第 4 页，共 4 页'; do
    says "a service instruction in Chinese" "$text" "$tmp/text"
done
grep -qE '[A-Z]{3,} ON|Repair|Labour|page' "$tmp/text" && not_ok "a Chinese paper has English captions" || ok
[ "$(grep -c '序号 *零件 *需求单号' "$tmp/text")" = 3 ] && ok || not_ok "the parts' heading is repeated on each page"
grep -oE 'P[0-9]{6}' "$tmp/text" | sort -u >"$tmp/parts"
[ "$(wc -l <"$tmp/parts")" = 60 ] && ok || not_ok "each part line is printed: $(wc -l <"$tmp/parts") of 60"

pdftotext -layout "$tmp/one/statement.pdf" "$tmp/text"
for text in 'Settlement statement 12 *CNY 5028920132.74' 'D00012 *水泵总成' '2026-06-04 – 2026-07-06 *CNY *45' \
    'clerk.wang *1302 – 1306' 'C000001 .*12.34 *1000.00 *100.00 *0.00 *1112.34 *approved' \
    'hours-reduced, line-refused: not the causal part' 'Chargebacks and credits *-1234.00' 'C000040 .*-1234.56 *chargeback' \
    'C000041 .*0.56 *credit' 'sent back' 'Tax 12.5 % *578548909.07' 'Carried over *-5000.00' 'To pay *5028920132.74' \
    'Hash total.* 987654321' 'stands in the next one' 'page 4 of 4'; do
    says "a statement in English" "$text" "$tmp/text"
done
[ "$(grep -oE 'C0000[0-9]{2}' "$tmp/text" | sort -u | wc -l)" = 45 ] && ok || not_ok "not each line is printed"
[ "$(grep -cE 'Line *Claim / VIN *Day / type' "$tmp/text")" = 5 ] && ok || not_ok "a heading for each part and page"
pdftotext -layout "$tmp/one/statement-zh.pdf" "$tmp/text"
for text in '结算单 12' 经销商 结算期间 扣回 退还 拒绝 退回补充资料 索赔合计 '税额 12.5 %' 应付金额 控制总数 校验数 \
    '第 1 页，共 2 页'; do
    says "a statement in Chinese" "$text" "$tmp/text"
done
grep -qE 'To pay|Labour|page|approved' "$tmp/text" && not_ok "a Chinese statement has English captions" || ok

# What is drawn are glyphs: fonts within the file, and other pixels for other characters.
pdffonts "$tmp/one/tags.pdf" | tail -n +3 >"$tmp/fonts"
says "fonts" . "$tmp/fonts"
grep -qv ' yes yes yes ' "$tmp/fonts" && not_ok "a font is not embedded: $(cat "$tmp/fonts")" || ok
new wood 木木木木木木
new forest 林林林林林林
for name in wood forest; do
    pdftoppm -r 100 -f 2 -l 2 -singlefile -png "$tmp/$name/tags.pdf" "$tmp/$name/page"
done
cmp -s "$tmp/wood/page.png" "$tmp/forest/page.png" && not_ok "two characters look the same" || ok

# ---- long texts stay on the paper ----

for word in 0 汽车 'long '; do
    rm -rf "$tmp/long"
    new long "$(printf '%0300d' 7 | sed "s/0/$word/g")"
    for paper in $papers; do
        in_place long $paper
    done
done
for paper in $papers; do
    in_place one $paper
done
reads long tags 2 0000000026

# ---- the same bytes, wherever it runs ----

mkdir "$tmp/abroad"
exits "papers abroad" 0 env LANG=ja_JP.UTF-8 LANGUAGE=ja LC_ALL=ja_JP.UTF-8 PANGO_LANGUAGE=ja TZ=Asia/Tokyo \
    SOURCE_DATE_EPOCH=1 "$samples" "$tmp/abroad"
for paper in $papers; do
    same "$paper again" "$tmp/one/$paper.pdf" "$tmp/abroad/$paper.pdf"
done

# ---- fonts that are not there ----

# with_fonts FOLDER...: only these exist
with_fonts() {
    {
        echo '<?xml version="1.0"?><fontconfig>'
        printf '<dir>%s</dir>' "$@"
        echo "<cachedir>$tmp/cache</cachedir></fontconfig>"
    } >"$tmp/fonts.conf"
}
mkdir "$tmp/none" "$tmp/empty"
with_fonts "$tmp/empty"
exits "without a font" 1 env FONTCONFIG_FILE="$tmp/fonts.conf" "$samples" "$tmp/none"
says "without a font" 'no installed font has the letter . (U+.*apt-get install fonts-dejavu-core' "$tmp/err"
if [ -d /usr/share/fonts/truetype/dejavu ]; then
    with_fonts /usr/share/fonts/truetype/dejavu
    exits "without Chinese fonts" 1 env FONTCONFIG_FILE="$tmp/fonts.conf" "$samples" "$tmp/none"
    says "without Chinese fonts" 'no installed font has the letter . (U+.*apt-get install fonts-wqy-microhei' "$tmp/err"
fi
[ -z "$(ls -A "$tmp/none")" ] && ok || not_ok "a part of a paper is left: $(ls -A "$tmp/none")"
finish
