//! Name lists of European countries.

use super::NameList;

pub(super) static LISTS: [NameList; 13] = [
    NameList {
        code: "GB",
        double_permille: 20,
        given: "Alice George Charlotte Oliver Emily Harry Grace Alfie Isla Freddie Poppy Callum Freya Rhys \
                Imogen Gareth Siân Euan Harriet Nigel Philippa Graham Bronwen Duncan Beatrice Mary-Ann \
                Simon Rosie Ewan Hazel Clive Jean-Paul",
        family: "Ashworth Bramley Caldwell Davies Ellison Fairclough Grantham Hartley Ingham Jenkins Kershaw \
                 Lockwood Marsden Norris O'Connor Pemberton Quigley Radcliffe Sutcliffe Thackray Underwood \
                 Varley Whitaker Yardley Smith Jones Taylor Brown Evans Armitage-Hill Brook Clegg Dunn Firth",
    },
    NameList {
        code: "FR",
        double_permille: 30,
        given: "Camille Jean-Luc Chloé Étienne Élodie François Marie-Claire Benoît Anaïs Gaël Hélène Rémi \
                Léa Jérôme Océane Thibault Margaux Loïc Inès Mathéo Sylvie Cédric Aurélie Hugo Noémie \
                Jean-Baptiste Gaëlle Fabrice Véronique Raphaël Amélie Quentin",
        family: "Lefèvre Moreau Girard Bonnet Dupuis Faure Rousseau Mercier Chevalier Lemaître Perrin \
                 Bénard Carpentier Gauthier Le_Goff D'Amboise De_La_Fontaine Charpentier Renaud Colin \
                 Brunet Hébert Gérard Marchal Boulanger Leblanc Vidal Roche Noël Barbier Martin Petit",
    },
    NameList {
        code: "DE",
        double_permille: 15,
        given: "Anke Jürgen Birgit Björn Claudia Dirk Dörte Günther Franziska Holger Greta Jörg Heike Karsten \
                Ilse Lukas Käthe Matthias Lieselotte Norbert Maike Ralf Petra Sören Silke Thorsten Ute \
                Uwe Anna-Lena Volker Svenja Karl-Heinz",
        family: "Müller Schäfer Köhler Weiß Krüger Böhm Großmann Schröder Jäger Vogel Brandt Busch Kühn \
                 Lindemann Ostermann Pfeiffer Reinhardt Sommer Thiele Ullmann Voß Winkler Zimmermann \
                 von_Stetten zu_Hohenau Hartmann Schmidt Becker Hofmann Schulz Götz Bäcker",
    },
    NameList {
        code: "ES",
        double_permille: 420,
        given: "Lucía Álvaro Inés Íñigo Begoña Joaquín Carmen Andrés Nuria Óscar Rocío Martín Pilar Rubén \
                Itziar Iván Noelia Sergio María_José José_Luis Montserrat Jordi Ainhoa Xavier Belén \
                Gonzalo Leticia Fermín",
        family: "García Martínez López Sánchez Núñez Ibáñez Muñoz Gutiérrez Peña Ortega Serrano Vázquez \
                 Castaño Domínguez Rubio Molina Delgado Cano Prieto Herrero Cabello Fuentes Aguirre \
                 Echeverría de_la_Cruz Del_Río Puig Soler Ferrer Casals",
    },
    NameList {
        code: "IT",
        double_permille: 10,
        given: "Giulia Niccolò Chiara Matteo Beatrice Lorenzo Ludovica Tommaso Ilaria Davide Giorgia Riccardo \
                Noemi Emanuele Rosaria Gianluca Serena Michele Fiorella Pier_Paolo Martina Edoardo Elisa \
                Stefano",
        family: "Rossi Ferrari Esposito Ricci Colombo Marchetti De_Luca D'Angelo Dell'Orto Fontana Gallo \
                 Lombardi Moretti Barbieri Rinaldi Caruso Ferrara Villa Conti Serra Pellegrini Monti \
                 Nicolò Cattaneo Bellini Sanna Farina Grasso",
    },
    NameList {
        code: "NL",
        double_permille: 20,
        given: "Anouk Daan Femke Joris Lotte Maarten Sanne Sjoerd Marieke Thijs Renée Ruben Ilse Wouter \
                Noortje Pieter-Jan Fleur Koen Loes Bram Wietske Jeroen",
        family: "de_Vries van_den_Berg van_Dijk Bakker Visser Smit Meijer de_Groot Bos Mulder Vos Peters \
                 Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Kok ter_Horst van_'t_Hof Schouten \
                 Maas Willems",
    },
    NameList {
        code: "SE",
        double_permille: 40,
        given: "Åsa Björn Elin Göran Frida Håkan Ingrid Jörgen Linnéa Måns Märta Nils Saga Östen Tuva Pär Ylva \
                Rasmus Agneta Sören Ebba Anders",
        family: "Åkesson Bergström Dahlberg Ekström Forsberg Gustafsson Hägglund Isaksson Jönsson Källström \
                 Lindqvist Löfgren Mårtensson Nyström Öberg Palmgren Rosén Sjöberg Strömberg Wikström \
                 Ågren Sandström",
    },
    NameList {
        code: "PL",
        double_permille: 25,
        given: "Agnieszka Łukasz Małgorzata Michał Grażyna Paweł Żaneta Sławomir Bożena Wojciech Świętosława \
                Zbigniew Katarzyna Jędrzej Joanna Błażej Zofia Krzysztof Hanna Rafał Iwona Mieczysław",
        family: "Kowalczyk Wójcik Dąbrowski Kozłowski Jabłoński Szymański Wróbel Piątek Gołąb Żak Śliwa Mroź \
                 Zając Nowicki Kaczmarek Sikora Lisowski Głowacki Brzęczyk Ćwik Ostrowski Pawłowski",
    },
    NameList {
        code: "CZ",
        double_permille: 5,
        given: "Žaneta Jiří Kateřina Ondřej Božena Zdeněk Markéta Tomáš Růžena Lukáš Šárka Matěj Hana Přemysl \
                Věra Stanislav Ivana Bohumil Libuše Řehoř",
        family: "Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Marek Pospíšil Hájek Král Jelínek \
                 Růžička Beneš Fiala Sedláček Doležal Zeman Kolář",
    },
    NameList {
        code: "IE",
        double_permille: 10,
        given: "Aoife Seán Niamh Pádraig Sinéad Eoin Róisín Cormac Orla Diarmuid Gráinne Fionn Clodagh Ruairí \
                Maeve Tadhg Saoirse Donal Bríd Oisín",
        family: "O'Brien O'Sullivan Murphy Kelly Byrne Ó_Conaill McCarthy O'Neill Doyle Gallagher Brennan \
                 Nolan Flynn Keane Fitzgerald MacGabhann O'Dowd Hickey Cullen Healy",
    },
    NameList {
        code: "TR",
        double_permille: 15,
        given: "Ayşe Çağrı Büşra Gökhan Elif İbrahim Gülşah Oğuz Işıl Ömer Müge Şükrü Özge Uğur Tuğba Yiğit \
                Zeynep Kağan Nurgül Emre",
        family: "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin \
                 Koç Kurt Özkan Şimşek Güneş Uçar",
    },
    NameList {
        code: "UA",
        double_permille: 0,
        given: "Oksana=Оксана Andrii=Андрій Iryna=Ірина Bohdan=Богдан Olena=Олена Dmytro=Дмитро \
                Kateryna=Катерина Yevhen=Євген Liudmyla=Людмила Mykola=Микола Solomiia=Соломія \
                Oleksandr=Олександр Natalia=Наталія Serhii=Сергій Yuliia=Юлія Taras=Тарас Halyna=Галина \
                Vasyl=Василь Zoriana=Зоряна Petro=Петро",
        family: "Shevchuk=Шевчук Kovalenko=Коваленко Bondar=Бондар Tkachuk=Ткачук Kravets=Кравець \
                 Oliinyk=Олійник Melnyk=Мельник Polishchuk=Поліщук Lysenko=Лисенко Savchenko=Савченко \
                 Rudenko=Руденко Moroz=Мороз Petrenko=Петренко Klymenko=Клименко Pavlenko=Павленко \
                 Vasylenko=Василенко Hrytsenko=Гриценко Zaiets=Заєць Chernenko=Черненко Bilous=Білоус",
    },
    NameList {
        code: "GR",
        double_permille: 5,
        given: "Eleni=Ελένη Giorgos=Γιώργος Katerina=Κατερίνα Dimitris=Δημήτρης Sofia=Σοφία Nikos=Νίκος \
                Vasiliki=Βασιλική Yannis=Γιάννης Ioanna=Ιωάννα Kostas=Κώστας Despina=Δέσποινα \
                Stavros=Σταύρος Anna=Άννα Thanos=Θάνος Chrysa=Χρύσα Petros=Πέτρος Danai=Δανάη \
                Manolis=Μανώλης Zoi=Ζωή Spyros=Σπύρος",
        family: "Papadakis=Παπαδάκης Nikolaou=Νικολάου Georgiou=Γεωργίου Vlachos=Βλάχος Oikonomou=Οικονόμου \
                 Makris=Μακρής Karagiannis=Καραγιάννης Samaras=Σαμαράς Pappas=Παππάς Alexiou=Αλεξίου \
                 Dimitriou=Δημητρίου Konstantinou=Κωνσταντίνου Raptis=Ράπτης Kotsis=Κότσης \
                 Liakos=Λιάκος Mavros=Μαύρος Xenakis=Ξενάκης Theodorou=Θεοδώρου Zervas=Ζέρβας \
                 Sideris=Σιδέρης",
    },
];
