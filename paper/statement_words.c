#include "paper/statement_words.h"

static const struct wl_statement_words words[] =
    {
        [WL_PAPER_ENGLISH] =
            {
                .title = "Settlement statement",
                .dealer = "DEALER",
                .period = "PERIOD",
                .currency = "CURRENCY",
                .settled_on = "SETTLED",
                .settled_by = "BY",
                .entries = "JOURNAL ENTRIES",
                .lines = "LINES",
                .to_pay = "To pay",
                .parts = {"Claims", "Chargebacks and credits", "Not paid: rejected, or sent back for information"},
                .columns = {"Line", "Claim / VIN", "Day / type", "Labour", "Parts", "Handling", "Sublet", "Amount",
                            "Decision", "Findings and reasons"},
                .kinds = {"approved", "partly approved", "chargeback", "credit", "rejected", "sent back"},
                .types = {"warranty", "part", "extended", "campaign", "goodwill", "pdi", "service", "of no type"},
                .claims = "Claims",
                .chargebacks = "Chargebacks and credits",
                .net = "Net",
                .tax = "Tax",
                .carried = "Carried over",
                .carried_on = "Carried on to the next",
                .control = "Control totals",
                .count = "Lines",
                .sum = "Amount",
                .all = "all lines",
                .hash_total = "Hash total: the last nine digits of each claim number, added up",
                .more = "What this statement has no room for stands in the next one.",
                .page = "page %zu of %zu",
            },
        [WL_PAPER_CHINESE] =
            {
                .title = "结算单",
                .dealer = "经销商",
                .period = "结算期间",
                .currency = "币种",
                .settled_on = "结算时间",
                .settled_by = "经办人",
                .entries = "日记账条目",
                .lines = "行数",
                .to_pay = "应付金额",
                .parts = {"索赔", "扣回与退还", "未付：已拒绝或退回补充资料"},
                .columns = {"行", "索赔单号 / VIN", "日期 / 类型", "工时费", "配件费", "管理费", "外协费", "金额",
                            "审定", "检查结果与原因"},
                .kinds = {"批准", "部分批准", "扣回", "退还", "拒绝", "退回补充资料"},
                .types = {"保修", "配件保修", "延长保修", "召回", "善意保修", "售前检查", "免费保养", "类型不明"},
                .claims = "索赔合计",
                .chargebacks = "扣回与退还",
                .net = "净额",
                .tax = "税额",
                .carried = "上期结转",
                .carried_on = "结转下期",
                .control = "控制总数",
                .count = "行数",
                .sum = "金额",
                .all = "全部",
                .hash_total = "校验数：各索赔单号末九位数字之和",
                .more = "本单未列完的项目见下一份结算单。",
                .page = "第 %zu 页，共 %zu 页",
            },
};

const struct wl_statement_words *wl_statement_words(enum wl_paper_language language)
{
    return &words[language == WL_PAPER_CHINESE ? WL_PAPER_CHINESE : WL_PAPER_ENGLISH];
}
