#include "paper/form_words.h"

#include "wledger/record.h"

static const char *const words[WL_WORD_COUNT][2] = {
    [WL_WORD_FORM] = {"Technical appraisal form", "技术鉴定单"},
    [WL_WORD_INSTRUCTION] = {"Service instruction", "维修指令"},
    [WL_WORD_STATE] = {"STATE", "状态"},
    [WL_WORD_VERSION] = {"VERSION", "版本"},
    [WL_WORD_OPENED] = {"OPENED ON", "开单日期"},
    [WL_WORD_DEALER] = {"DEALER", "经销商"},
    [WL_WORD_CLAIM] = {"CLAIM", "索赔单号"},
    [WL_WORD_VIN] = {"VIN", "车辆识别代号 (VIN)"},
    [WL_WORD_MODEL] = {"MODEL", "车型"},
    [WL_WORD_SOLD] = {"SOLD ON", "销售日期"},
    [WL_WORD_MILEAGE] = {"MILEAGE", "行驶里程"},
    [WL_WORD_CUSTOMER] = {"CUSTOMER", "客户"},
    [WL_WORD_TYPE] = {"TYPE", "索赔类型"},
    [WL_WORD_REPAIR_ORDER] = {"REPAIR ORDER", "维修工单号"},
    [WL_WORD_CAUSAL_PART] = {"CAUSAL PART", "故障零件"},
    [WL_WORD_CAMPAIGN] = {"CAMPAIGN", "召回活动"},
    [WL_WORD_AUTHORIZATION] = {"AUTHORIZATION", "授权号"},
    [WL_WORD_FAULT] = {"FAULT", "故障代码"},
    [WL_WORD_COMPLAINT] = {"Complaint", "客户陈述"},
    [WL_WORD_LINES] = {"Repair", "维修项目"},
    [WL_WORD_LINE] = {"Line", "序号"},
    [WL_WORD_LABOUR] = {"Labour", "工时项目"},
    [WL_WORD_HOURS] = {"Hours", "工时"},
    [WL_WORD_PART] = {"Part", "零件"},
    [WL_WORD_REQUEST] = {"Request", "需求单号"},
    [WL_WORD_QUANTITY] = {"Quantity", "数量"},
    [WL_WORD_PRICE] = {"Unit price", "单价"},
    [WL_WORD_SUBLET] = {"Sublet", "外协项目"},
    [WL_WORD_AMOUNT] = {"Amount", "金额"},
    [WL_WORD_APPROVED] = {"Approved", "批准金额"},
    [WL_WORD_TOTAL_ASKED] = {"TOTAL ASKED", "申请总额"},
    [WL_WORD_HANDLING] = {"PARTS HANDLING APPROVED", "批准的零件管理费"},
    [WL_WORD_TOTAL_APPROVED] = {"TOTAL APPROVED", "批准总额"},
    [WL_WORD_COVERAGE] = {"Coverage of this vehicle", "车辆保修情况"},
    [WL_WORD_COVER] = {"Kind", "类别"},
    [WL_WORD_COVERED] = {"What", "内容"},
    [WL_WORD_UNTIL] = {"Until", "截止日期"},
    [WL_WORD_KM_LEFT] = {"km left", "剩余公里"},
    [WL_WORD_COVER_STATE] = {"Now", "当前"},
    [WL_WORD_FINDINGS] = {"Findings", "审核发现"},
    [WL_WORD_DECISION] = {"Decision", "审核决定"},
    [WL_WORD_VERDICT] = {"DECISION", "决定"},
    [WL_WORD_DECIDED_BY] = {"DECIDED BY", "审核人"},
    [WL_WORD_DECIDED_ON] = {"DECIDED ON", "审核日期"},
    [WL_WORD_REASON] = {"REASON", "理由"},
    [WL_WORD_REFUSED] = {"LINES REFUSED OR CUT", "拒绝或核减的项目"},
    [WL_WORD_WORK] = {"Service instruction", "维修指令"},
    [WL_WORD_WORK_TEXT] =
        {"The repair above is approved up to the total approved. What is approved at 0, or was not asked for, is not "
         "paid. Each removed part is kept and tagged until it is called back.",
         "上述维修已获批准，以批准总额为限。批准金额为 0 或未申请的项目不予支付。"
         "拆下的零件应挂标签妥善保存，直至通知寄回。"},
    [WL_WORD_STARTED] = {"REPAIR STARTED", "维修开始"},
    [WL_WORD_COMPLETED] = {"REPAIR COMPLETED", "维修完成"},
    [WL_WORD_COMPLETED_AT] = {"MILEAGE AT COMPLETION", "完工里程"},
    [WL_WORD_CUSTOMER_ASKS] = {"CUSTOMER  I ask for the appraisal of my vehicle as described above.",
                               "客户  本人委托对上述车辆进行鉴定。"},
    [WL_WORD_DEALER_TAKES] = {"DEALER  The vehicle was taken in as described above.",
                              "经销商  上述车辆已按所述情况接收。"},
    [WL_WORD_CUSTOMER_SIGNS] = {"CUSTOMER  The repair above was carried out on my vehicle.",
                                "客户  上述维修已在本人车辆上完成。"},
    [WL_WORD_DEALER_SIGNS] = {"DEALER  The repair above was carried out as instructed.",
                              "经销商  上述维修已按指令完成。"},
    [WL_WORD_DATE] = {"DATE", "日期"},
    [WL_WORD_SIGNATURE] = {"NAME, SIGNATURE", "姓名、签字"},
    [WL_WORD_SIGNED_PAPER] = {"SIGNED PAPER (SHA-256)", "已签字文件 (SHA-256)"},
    [WL_WORD_PAGE] = {"page ", "第 "},
    [WL_WORD_PAGE_OF] = {" of ", " 页，共 "},
    [WL_WORD_PAGE_END] = {"", " 页"},
};

const char *const *wl_paper_language_names(void)
{
    static const char *const names[] = {[WL_PAPER_ENGLISH] = "en", [WL_PAPER_CHINESE] = "zh", NULL};

    return names;
}

const char *wl_form_word(enum wl_paper_language language, enum wl_form_word word)
{
    return words[word][language];
}
