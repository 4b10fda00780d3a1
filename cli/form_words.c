#include "cli/form_words.h"

#include "wledger/gates.h"
#include "wledger/record.h"

/* Form states, claim types, kinds of coverage, and what is said of them. */
static const char *const words[][2] = {
    {"draft", "草稿"},
    {"submitted", "已提交"},
    {"under-review", "审核中"},
    {"approved", "已批准"},
    {"partly-approved", "部分批准"},
    {"refused", "已拒绝"},
    {"returned", "退回补充资料"},
    {"in-repair", "维修中"},
    {"completed", "已完工"},
    {"signed", "客户已签字"},
    {"warranty", "整车保修"},
    {"part", "零件保修"},
    {"extended", "延长保修"},
    {"campaign", "召回活动"},
    {"goodwill", "善意索赔"},
    {"pdi", "交车前检查"},
    {"service", "免费保养"},
    {"plan", "保修计划"},
    {"contract", "延保合同"},
    {"in force", "有效"},
    {"expired", "已过期"},
    {"all components", "全部部件"},
    {"operation", "作业"},
    {"invoice", "发票"},
    {"automatic", "自动批准"},
};

static const char *const findings[] = {
    [WL_FINDING_FIELD_MISSING] = "必填项为空；请填写后重新提交，单号仍可使用",
    [WL_FINDING_FIELD_MALFORMED] = "有一项无法识别，或项目过多；请更正后重新提交",
    [WL_FINDING_DEALER_UNKNOWN] = "没有此经销商编号；请核对，或先登记该经销商",
    [WL_FINDING_DEALER_SUSPENDED] = "经销商已被暂停，其索赔一律不予支付",
    [WL_FINDING_CLAIM_NUMBER_REUSED] = "此索赔单号曾以其他内容提交；请使用新单号，或在被拒绝后提高提交次数",
    [WL_FINDING_CURRENCY_MISMATCH] = "金额的币种与经销商的币种不同；请使用经销商的币种",
    [WL_FINDING_VIN_MALFORMED] = "车辆识别代号不是 17 位有效字符，或校验位错误；请从车辆上重新读取",
    [WL_FINDING_VEHICLE_UNKNOWN] = "车辆识别代号格式正确，但没有此车辆；请核对，或先登记该车辆",
    [WL_FINDING_SUBMITTED_BEFORE_REPAIR] = "提交日期早于维修日期；请更正其中之一",
    [WL_FINDING_SUBMITTED_LATE] = "维修与提交之间超过规定的提交天数",
    [WL_FINDING_TYPE_UNKNOWN] = "没有此索赔类型",
    [WL_FINDING_FAULT_UNKNOWN] = "没有此故障代码；请从故障代码表中选择",
    [WL_FINDING_FAULT_NOT_WARRANTABLE] = "故障属于磨损或使用不当，不在保修范围内",
    [WL_FINDING_VEHICLE_NOT_SOLD] = "维修日期时车辆尚未售出；只能申请交车前检查或召回活动",
    [WL_FINDING_COVERAGE_NONE] = "此车型和销售日期没有覆盖该部件的保修计划",
    [WL_FINDING_COVERAGE_EXPIRED] = "已超过保修计划的月数或公里数",
    [WL_FINDING_PART_COVERAGE_NONE] = "维修日期之前该车未安装过此故障零件",
    [WL_FINDING_PART_COVERAGE_EXPIRED] = "故障零件自身的保修（月数、公里数或终身）不覆盖本次维修",
    [WL_FINDING_CONTRACT_NONE] = "该车没有覆盖此部件、日期和里程的延保合同",
    [WL_FINDING_CAMPAIGN_UNKNOWN] = "没有此召回活动；请核对活动编号",
    [WL_FINDING_CAMPAIGN_VEHICLE_NOT_LISTED] = "该车不在此召回活动范围内",
    [WL_FINDING_CAMPAIGN_CLOSED] = "维修日期不在召回活动期间内",
    [WL_FINDING_CAMPAIGN_ALREADY_DONE] = "该车此前已完成此召回活动",
    [WL_FINDING_AUTHORIZATION_MISSING] = "没有在维修日期有效的、属于此经销商和车辆的授权",
    [WL_FINDING_AUTHORIZATION_USED] = "此前的善意索赔已用完该授权",
    [WL_FINDING_SERVICE_NOT_PLANNED] = "有一项作业不在免费保养计划内",
    [WL_FINDING_SERVICE_EXPIRED] = "免费保养已超过规定的日期或里程",
    [WL_FINDING_SERVICE_ALREADY_DONE] = "该车此前已做过此项免费保养",
    [WL_FINDING_PDI_LATE] = "交车前检查在销售 7 天之后才进行",
    [WL_FINDING_PDI_ALREADY_DONE] = "该车此前已做过交车前检查",
    [WL_FINDING_ODOMETER_ROLLBACK] = "里程与该车另一次维修相矛盾；请对比两次维修",
    [WL_FINDING_REPEAT_REPAIR] = "该车在规定天数内申请过同一作业；请查明首次维修是否失败",
    [WL_FINDING_OPERATION_UNKNOWN] = "作业代码不存在；该项目按 0 计",
    [WL_FINDING_OPERATION_NOT_IN_CAMPAIGN] = "作业不属于该召回活动；该项目按 0 计",
    [WL_FINDING_HOURS_INVALID] = "工时不大于 0；该项目按 0 计",
    [WL_FINDING_RATE_MISSING] = "维修日期没有该经销商的工时费率；登记之前工时按 0 计",
    [WL_FINDING_HOURS_REDUCED] = "工时超过标准工时；按标准工时支付",
    [WL_FINDING_PART_UNKNOWN] = "零件号不存在；该项目按 0 计",
    [WL_FINDING_QUANTITY_INVALID] = "数量不大于 0；该项目按 0 计",
    [WL_FINDING_PRICE_INVALID] = "单价小于 0；该项目按 0 计",
    [WL_FINDING_PRICE_MISSING] = "维修日期没有该零件以经销商币种计的价格；登记之前该项目按 0 计",
    [WL_FINDING_PRICE_REDUCED] = "单价超过目录价及其容差；按目录价支付",
    [WL_FINDING_AMOUNT_TOO_LARGE] = "项目金额超出账簿所能记载的范围；该项目按 0 计",
    [WL_FINDING_SUBLET_INVALID] = "外协金额舍入后不大于 0；该项目按 0 计",
    [WL_FINDING_SUBLET_UNAUTHORIZED] = "外协金额超过限额且没有授权；请核实是否合理",
    [WL_FINDING_GOODWILL_SHARE] = "善意索赔按授权比例支付，以授权余额为限",
    [WL_FINDING_NOTHING_PAYABLE] = "没有任何可支付的项目",
    [WL_FINDING_LINE_REFUSED] = "审核、更正或旧件检验拒绝了一个项目；该项目按 0 计",
    [WL_FINDING_REVIEW_REFUSED] = "审核人拒绝了全部内容；理由见审核决定",
    [WL_FINDING_LINE_REDUCED] = "审核人或审计人核减了一个项目；低于申请金额",
    [WL_FINDING_INFORMATION_REQUESTED] = "已退回补充资料；要求见退回说明，以更高的提交次数答复",
};

struct wl_str cli_form_word(enum wl_paper_language language, struct wl_str name)
{
    for (size_t i = 0; language == WL_PAPER_CHINESE && i < WL_COUNT(words); i++)
        if (wl_str_is(name, words[i][0]))
            return wl_str_of(words[i][1]);
    return name;
}

struct wl_str cli_form_line(enum wl_paper_language language, int64_t kind)
{
    static const char *const chinese[] = {
        [WL_LINE_LABOUR] = "工时项目", [WL_LINE_PART] = "零件", [WL_LINE_SUBLET] = "外协项目"};

    return wl_str_of(language == WL_PAPER_CHINESE ? chinese[kind] : wl_line_kind_names()[kind]);
}

struct wl_str cli_form_finding(enum wl_paper_language language, int64_t finding)
{
    bool known = finding > 0 && (size_t)finding < WL_COUNT(findings) && findings[finding];

    return wl_str_of(language == WL_PAPER_CHINESE && known ? findings[finding] : wl_finding_meaning(finding));
}
