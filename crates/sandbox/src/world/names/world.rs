//! Name lists of countries outside Europe.

use super::NameList;

pub(super) static LISTS: [NameList; 7] = [
    NameList {
        code: "US",
        double_permille: 15,
        given: "Madison Tyler Brianna Caleb Savannah Hunter Destiny Mason Kaylee Logan Jasmine Trevor Autumn \
                Marcus Ashley DeShawn Heather Bradley Crystal Jermaine Danielle Wyatt LaToya Chad Megan Travis \
                Brooke Darnell Kelsey Dustin Paige Garrett Monique Brandon Shelby Austin Tiffany Cody",
        family: "Abernathy Bridgewater Carmichael Dillard Eastman Fitzpatrick Gallardo Hollingsworth Ivey Jefferson \
                 Kowalski Lindqvist McAllister Nakamura O'Hara Pruitt Quintero Rasmussen Sandoval Thibodeaux \
                 Upchurch Villarreal Whitfield Yarbrough Johnson Williams Davis Miller Wilson Anderson \
                 Hernandez Nguyen Washington Freeman St._Clair Van_Horn",
    },
    NameList {
        code: "BR",
        double_permille: 280,
        given: "Ana_Paula João Beatriz Thiago Conceição Luís Débora Antônio Flávia Caio Letícia Fábio Márcia \
                Otávio Patrícia Rogério Simone Vinícius Tatiane Wagner Júlia Murilo",
        family: "Silva Souza Araújo Gonçalves Magalhães Assunção Falcão Brandão Guimarães Leitão Nóbrega \
                 Pinheiro Queiroz Ribeiro da_Costa dos_Santos de_Oliveira Teixeira Vasconcelos Xavier Farias \
                 Barbosa",
    },
    NameList {
        code: "MX",
        double_permille: 520,
        given: "Guadalupe Jesús Ximena Raúl Marisol Héctor Citlali Efraín Yolanda Cuauhtémoc Dolores Germán \
                Esperanza Ramón Paloma Ulises Renata Adrián Socorro Benjamín",
        family: "Hernández González Ramírez Flores Cruz Reyes Morales Jiménez Ruiz Mendoza Aguilar Ortiz \
                 Castillo Chávez Juárez Domínguez Zamora Treviño Cárdenas Ochoa Ponce Villaseñor",
    },
    NameList {
        code: "IN",
        double_permille: 20,
        given: "Asha Arjun Deepika Rajesh Kavya Suresh Lakshmi Vikram Meera Sanjay Nandini Harish Pooja Anil \
                Radha Manoj Shalini Prakash Sunita Rohan Uma Karthik Vidya Ganesh Divya Imran Fatima Gurpreet \
                Harleen Abdul",
        family: "Rao Iyer Sharma Patel Reddy Nair Gupta Mehta Joshi Kulkarni Desai Menon Chatterjee Banerjee \
                 Singh Kaur Khan Pillai Verma Bose Naidu Shetty Kapoor Malhotra Trivedi Deshpande Hegde \
                 Krishnan Ansari D'Souza",
    },
    NameList {
        code: "JP",
        double_permille: 0,
        given: "Sakura=桜 Haruto=陽翔 Yui=結衣 Kenji=健二 Aoi=葵 Takumi=匠 Naomi=直美 Hiroshi=浩 Misaki=美咲 \
                Daiki=大輝 Keiko=恵子 Satoshi=聡 Ayumi=歩美 Makoto=誠 Yoko=洋子 Ryo=亮 Emi=恵美 Shinji=真司 \
                Rina=里奈 Kazuo=和夫",
        family: "Sato=佐藤 Suzuki=鈴木 Takahashi=高橋 Tanaka=田中 Ito=伊藤 Watanabe=渡辺 Yamamoto=山本 \
                 Nakamura=中村 Kobayashi=小林 Kato=加藤 Yoshida=吉田 Yamada=山田 Sasaki=佐々木 \
                 Yamaguchi=山口 Matsumoto=松本 Inoue=井上 Kimura=木村 Hayashi=林 Shimizu=清水 Mori=森",
    },
    NameList {
        code: "VN",
        double_permille: 0,
        given: "Lan Minh Hương Dũng Thảo Đức Ngọc Quân Phương Tuấn Mai Hùng Yến Khánh Thủy Bảo Hạnh Sơn Trang \
                Phúc",
        family: "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Tô Lưu Cao",
    },
    NameList {
        code: "AU",
        double_permille: 20,
        given: "Matilda Lachlan Jacinta Angus Kirra Darcy Tahlia Bruce Bronte Heath Sienna Jarrah Ngaire Flynn \
                Georgia Declan Tegan Mitchell Zara Rohan Indigo Beau",
        family: "Abbott Blackburn Carroll Donnelly Eggleston Finch Gilchrist Hargreaves Innes Jamieson Kinsella \
                 Lawler McPherson Nettleton O'Loughlin Papadopoulos Rafferty Stanhope Trembath Wheatley Nguyen \
                 Zhang",
    },
];
