"""Who works at the invented company: its tree, its leading people, and names for its sales staff.

Every name is made up from common syllables. Chinese names are written as such firms write them for
mixed readers, Latin letters first, so that a page in either language can be read.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Yunfan Instruments 云帆仪器"
DOMAIN = "yunfan.example"
CURRENCY = "CNY"
SHANGHAI, BERLIN, LONDON, KATHMANDU = "Asia/Shanghai", "Europe/Berlin", "Europe/London", "Asia/Kathmandu"


@dataclass(frozen=True)
class Unit:
    """A unit of the tree; `code` is how imports name it, `parent` the code above it (the root has none)."""

    code: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class Post:
    """A named person in a fixed place. `key` is how the cast is called in code and tests."""

    key: str
    name: str
    unit: str
    position: str
    language: str = "zh"
    zone: str = SHANGHAI


@dataclass(frozen=True)
class Team:
    """A sales team: its unit, its lead, and how many sales people it has."""

    unit: Unit
    lead: Post
    size: int


UNITS = (
    Unit("YF", COMPANY, None),
    Unit("HR", "Human Resources 人力资源部", "YF"),
    Unit("FIN", "Finance 财务部", "YF"),
    Unit("AUD", "Internal Audit 内审部", "YF"),
    Unit("OPS", "Systems and Sales Operations 系统与销售运营部", "YF"),
    Unit("SALES", "Sales 销售部", "YF"),
    Unit("EAST", "East China 华东大区", "SALES"),
    Unit("NORTH", "North China 华北大区", "SALES"),
    Unit("SOUTH", "South China 华南大区", "SALES"),
    Unit("OVERSEAS", "Overseas 海外大区", "SALES"),
)

HEAD, DIRECTOR, REGION_HEAD, TEAM_LEAD = (
    "General manager",
    "Sales director",
    "Regional sales manager",
    "Team lead",
)
JUNIOR, REP, SENIOR = "Sales associate", "Account manager", "Senior account manager"
REP_POSITIONS = (JUNIOR, REP, SENIOR)

OFFICE = (
    Post("head", "Shen Kaiwen 沈恺文", "YF", HEAD),
    Post("hr", "Hu Min 胡敏", "HR", "HR manager", language="en"),
    Post("hr_partner", "Yao Jingyi 姚静怡", "HR", "HR business partner"),
    Post("finance", "Fang Ting 方婷", "FIN", "Finance manager", language="en"),
    Post("payroll", "Geng Xiaolu 耿晓璐", "FIN", "Payroll specialist"),
    Post("auditor", "Greta Lindholm", "AUD", "Internal auditor", language="en", zone=BERLIN),
    Post("inputter", "Bai Yufei 白雨菲", "OPS", "Sales operations analyst"),
    Post("admin", "Rao Zhiming 饶志鸣", "OPS", "Systems administrator"),
    Post("director", "Daniel Ashworth", "SALES", DIRECTOR, language="en"),
)

REGION_HEADS = (
    Post("east", "Mao Jianing 毛嘉宁", "EAST", REGION_HEAD),
    Post("north", "Ding Haoran 丁皓然", "NORTH", REGION_HEAD),
    Post("south", "Xiang Meilin 向美霖", "SOUTH", REGION_HEAD),
    Post("overseas", "Nora Whitcombe", "OVERSEAS", REGION_HEAD, language="en", zone=LONDON),
)

TEAMS = (
    Team(
        Unit("SH1", "Shanghai Team 1 上海一组", "EAST"),
        Post("manager", "Wang Qiang 王强", "SH1", TEAM_LEAD, language="en"),
        5,
    ),
    Team(
        Unit("SH2", "Shanghai Team 2 上海二组", "EAST"),
        Post("sh2", "Qiao Siyuan 乔思远", "SH2", TEAM_LEAD),
        4,
    ),
    Team(Unit("HZ", "Hangzhou Team 杭州组", "EAST"), Post("hz", "Lu Wenjun 陆文俊", "HZ", TEAM_LEAD), 4),
    Team(
        Unit("BJ", "Beijing Team 北京组", "NORTH"),
        Post("second_manager", "Sun Yating 孙雅婷", "BJ", TEAM_LEAD),
        5,
    ),
    Team(Unit("TJ", "Tianjin Team 天津组", "NORTH"), Post("tj", "Niu Pengcheng 牛鹏程", "TJ", TEAM_LEAD), 4),
    Team(Unit("SZ", "Shenzhen Team 深圳组", "SOUTH"), Post("sz", "Ou Zhihang 欧志航", "SZ", TEAM_LEAD), 5),
    Team(Unit("GZ", "Guangzhou Team 广州组", "SOUTH"), Post("gz", "Liang Suyin 梁素音", "GZ", TEAM_LEAD), 4),
    Team(
        Unit("EU", "Europe Team 欧洲组", "OVERSEAS"),
        Post("eu", "Matthias Kessling", "EU", TEAM_LEAD, language="en", zone=BERLIN),
        4,
    ),
    Team(
        Unit("SA", "South Asia Team 南亚组", "OVERSEAS"),
        Post("sa", "Sunita Tamrakar", "SA", TEAM_LEAD, language="en", zone=KATHMANDU),
        3,
    ),
)

# The two sales people whom tests and the tour know by name come first in their teams.
LIN = Post("rep", "Lin Yue 林悦", "SH1", SENIOR, language="en")
ZHAO = Post("stranger", "Zhao Ruiming 赵睿明", "BJ", REP)

SIGN_INS = ("hr", "manager", "second_manager", "rep", "director", "finance", "auditor")
"""Keys of the seven people as whom a visitor may sign in to the demo, the one to begin with first."""

WITHOUT_ACCOUNT = "Long Anqi 龙安琪"
"""HR opens hers in the tour."""

CHINESE_NAMES = (
    "Chen Yuqing 陈羽晴",
    "He Mingze 何明泽",
    "Jiang Ruolan 蒋若岚",
    "Pan Zixuan 潘子轩",
    "Tian Xinyi 田欣怡",
    "Wei Chenguang 韦晨光",
    "Xu Muqing 许慕青",
    "Cao Yichen 曹逸尘",
    "Du Xiaohe 杜小禾",
    "Fu Guangyao 傅光耀",
    "Gu Lingxi 顾灵溪",
    "Hou Tianyu 侯天宇",
    "Jin Shuwen 金淑雯",
    "Kong Weijie 孔维杰",
    "Long Anqi 龙安琪",
    "Meng Xudong 孟旭东",
    "Ning Caixia 宁彩霞",
    "Peng Zhiyuan 彭致远",
    "Qiu Yalin 邱雅琳",
    "Ren Bohan 任博涵",
    "Shi Manyu 石曼玉",
    "Tao Junhao 陶俊豪",
    "Wu Qinglan 吴清岚",
    "Xia Muchen 夏沐辰",
    "Yan Shijie 严世杰",
    "Zeng Peiyu 曾佩瑜",
    "Zhong Haitao 钟海涛",
    "Zhu Lisha 祝丽莎",
    "Ai Jinghan 艾婧涵",
    "Chang Guodong 常国栋",
)
ENGLISH_NAMES = (
    "Alice Penrose",
    "Ben Okafor",
    "Clara Weissbach",
    "Tom Hartigan",
    "Julia Brandhorst",
    "Owen Talbot",
)
SOUTH_ASIAN_NAMES = ("Prakash Basnet", "Anjali Rajkarnikar", "Bikash Lama", "Sarita Khadgi")
